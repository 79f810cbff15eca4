-- run/miss: what nobody began in time has its end.
-- SQLite takes the small index of live runs only where its whole condition is repeated.
-- $1 now_ms bigint   $2 reason text
update run set state = 'missed', reason = $2, ended_at_ms = $1, updated_at_ms = $1, updated_by = 'run/miss'
where state in ('due', 'running') and state = 'due' and start_by_ms < $1
returning id, job, kind, scheduled_for, makes_good, due_at_ms
