-- alert/resolve: the condition is gone, on evidence.
-- $1 key text   $2 now_ms bigint
update alert set version = version + 1, state = 'resolved', resolved_at_ms = $2, updated_at_ms = $2, updated_by = 'alert/resolve'
where key = $1 and state in ('open', 'acknowledged')
