-- run/recent: the newest runs.
-- $1 how many bigint
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, started_at_ms, ended_at_ms, created_at_ms
from run order by created_at_ms desc, id desc limit $1
