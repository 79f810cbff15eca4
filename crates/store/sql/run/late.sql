-- run/late: what has not ended in time, each told once.
-- $1 now_ms bigint
update run set late_at_ms = $1, updated_at_ms = $1, updated_by = 'run/late'
where state in ('due', 'running') and finish_by_ms < $1 and late_at_ms is null
returning id, job, kind, scheduled_for, makes_good, due_at_ms
