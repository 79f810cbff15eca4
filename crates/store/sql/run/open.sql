-- run/open: the run of a job that has begun and not ended.
-- $1 job text
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, started_at_ms, ended_at_ms, created_at_ms
from run where job = $1 and state = 'running'
