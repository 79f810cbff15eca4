-- run/live: what is due by now or has begun, oldest first.
-- SQLite takes the small index of live runs only where its whole condition is repeated.
-- $1 now_ms bigint
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms,
  makes_good, records, lease_owner, lease_until_ms, fence, started_at_ms, ended_at_ms, created_at_ms
from run where state in ('due', 'running') and (state = 'running' or due_at_ms <= $1) order by created_at_ms, id
