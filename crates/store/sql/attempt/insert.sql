-- attempt/insert: one more try within a run.
-- $1 run_id  $2 number  $3 node  $4 now_ms
insert into attempt (run_id, number, state, node, error, started_at_ms, heartbeat_at_ms, updated_by)
values ($1, $2, 'running', $3, '', $4, $4, 'attempt/insert')
