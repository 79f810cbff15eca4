-- run/cancel: a person ends what has not ended; the fence rises, so whoever works on it writes nothing more.
-- $1 id  $2 reason  $3 now_ms
update run set state = 'cancelled', reason = $2, ended_at_ms = $3, fence = fence + 1, updated_at_ms = $3, updated_by = 'run/cancel'
where id = $1 and state in ('due', 'running')
