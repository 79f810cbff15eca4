-- run/of_slot: the run of a job for one slot.
-- $1 job text   $2 scheduled_for text
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms,
  makes_good, records, lease_owner, lease_until_ms, fence, started_at_ms, ended_at_ms, created_at_ms
from run where job = $1 and scheduled_for = $2
