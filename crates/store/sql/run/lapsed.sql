-- run/lapsed: what has begun and whose lease ran out before an instant, oldest first.
-- SQLite takes the small index of live runs only where its whole condition is repeated.
-- $1 lapsed before, ms bigint (store::now)
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms,
  makes_good, records, lease_owner, lease_until_ms, fence, started_at_ms, ended_at_ms, created_at_ms
from run where state in ('due', 'running') and state = 'running' and (lease_until_ms is null or lease_until_ms < $1)
order by created_at_ms, id
