-- run/startable: what is due, oldest first, of jobs at which nobody works; page by page.
-- $1 now_ms bigint   $2 after due_at_ms bigint   $3 after id text   $4 how many bigint
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms,
  makes_good, records, lease_owner, lease_until_ms, fence, started_at_ms, ended_at_ms, created_at_ms
from run where state = 'due' and due_at_ms <= $1 and (due_at_ms, id) > ($2, $3)
  and not exists (select 1 from run other where other.job = run.job and other.state = 'running')
order by due_at_ms, id limit $4
