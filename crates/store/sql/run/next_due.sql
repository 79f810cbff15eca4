-- run/next_due: when the next run is due after an instant; null if none is planned.
-- $1 now_ms bigint
select min(due_at_ms) as due_at_ms from run where state = 'due' and due_at_ms > $1
