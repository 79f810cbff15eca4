-- run/pause: what is due while its job rests is skipped; the newest is made good once the pause is over.
-- $1 id  $2 reason  $3 now_ms  $4 the override
update run set state = 'skipped', reason = $2, paused_by = $4, ended_at_ms = $3, updated_at_ms = $3, updated_by = 'run/pause'
where id = $1 and state = 'due'
