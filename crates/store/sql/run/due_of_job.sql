-- run/due_of_job: the newest run of a job that is due by now.
-- $1 job text   $2 now_ms bigint
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms,
  makes_good, records, lease_owner, lease_until_ms, fence, started_at_ms, ended_at_ms, created_at_ms
from run where job = $1 and state = 'due' and due_at_ms <= $2 order by created_at_ms desc, id desc limit 1
