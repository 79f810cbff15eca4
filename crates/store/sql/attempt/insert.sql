-- attempt/insert: one more try within each of some runs.
-- $1 JSON array of [run_id, number]  $2 node  $3 now_ms
insert into attempt (run_id, number, state, node, error, started_at_ms, heartbeat_at_ms, updated_by)
select value ->> 0, cast(value ->> 1 as bigint), 'running', $2, '', cast($3 as bigint), cast($3 as bigint), 'attempt/insert'
from json_each($1) where true
