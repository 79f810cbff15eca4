-- run/between: the runs whose rows were made within a time.
-- $1 from, ms bigint   $2 until before, ms bigint
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms,
  makes_good, records, lease_owner, lease_until_ms, fence, started_at_ms, ended_at_ms, created_at_ms
from run where created_at_ms >= $1 and created_at_ms < $2 order by created_at_ms, id
