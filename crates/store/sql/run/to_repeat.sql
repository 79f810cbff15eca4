-- run/to_repeat: the run of a job that began last, if a list of the job it comes after was published since, by that job or by
-- a person's word, and nothing of either is under way; nothing if it is done again already.
-- $1 job text   $2 job it comes after text   $3 now_ms bigint   $4 published by, bigint
select r.id, r.job, r.kind, r.scheduled_for, r.state, r.reason, r.requested_by, r.build, r.config_hash, r.due_at_ms,
  r.start_by_ms, r.finish_by_ms, r.makes_good, r.records, r.lease_owner, r.lease_until_ms, r.fence, r.started_at_ms,
  r.ended_at_ms, r.created_at_ms
from run r where r.job = $1 and r.started_at_ms = (select max(n.started_at_ms) from run n where n.job = $1)
  and not exists (select 1 from run o where o.job = $1 and (o.state = 'running' or (o.state = 'due' and o.due_at_ms <= $3)))
  and not exists (select 1 from run o where o.job = $2 and o.state = 'running')
  and not exists (select 1 from run a where a.job = $1 and a.repeats = r.id)
  and (exists (
      select 1 from evidence e join run b on b.id = e.run_id
      where e.created_at_ms > r.started_at_ms and e.outcome = 'published' and b.job = $2 and b.ended_at_ms <= $4)
    or exists (
      select 1 from hold h join run b on b.id = h.run_id
      where h.state = 'approved' and h.decided_at_ms > r.started_at_ms and h.decided_at_ms <= $4 and b.job = $2))
order by r.id limit 1
