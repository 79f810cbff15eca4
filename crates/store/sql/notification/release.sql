-- notification/release: a sender lets go of what it did not come to.
-- $1 channel  $2 claimed_by  $3 now_ms
update notification set claimed_by = null, claimed_until_ms = null, updated_at_ms = $3, updated_by = 'notification/release'
where channel = $1 and claimed_by = $2 and state in ('waiting', 'failed')
