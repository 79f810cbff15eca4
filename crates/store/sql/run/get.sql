-- run/get: one run.
-- $1 id text
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, started_at_ms, ended_at_ms, created_at_ms
from run where id = $1
