-- run/since: every run whose row was made at or after an instant, those still ahead included.
-- $1 created_at_ms bigint
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms,
  makes_good, records, lease_owner, lease_until_ms, fence, started_at_ms, ended_at_ms, created_at_ms
from run where created_at_ms >= $1 order by created_at_ms, id
