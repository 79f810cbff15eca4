-- attempt/of_run: the tries of one run.
-- $1 run_id text
select run_id, number, state, node, error, peak_memory_bytes, started_at_ms, heartbeat_at_ms, ended_at_ms
from attempt where run_id = $1 order by number
