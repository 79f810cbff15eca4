-- run/skip: what should not begin, with the reason.
-- $1 id  $2 reason  $3 now_ms
update run set state = 'skipped', reason = $2, ended_at_ms = $3, updated_at_ms = $3, updated_by = 'run/skip'
where id = $1 and state = 'due'
