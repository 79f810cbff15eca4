-- notification/moot: a newer message tells of the same alert before this one was tried.
-- $1 id  $2 now_ms
update notification set state = 'moot', claimed_by = null, claimed_until_ms = null, updated_at_ms = $2,
  updated_by = 'notification/moot'
where id = $1 and state in ('waiting', 'failed')
