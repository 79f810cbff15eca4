-- run/to_make_good_paused: the newest run of a job that a pause took away, as long as its window is open, unless one has
-- begun since or stands for it.
-- $1 job text   $2 oldest start_by_ms that still counts
select id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms,
  makes_good, records, lease_owner, lease_until_ms, fence, started_at_ms, ended_at_ms, created_at_ms
from run where job = $1 and paused_by is not null and kind = 'scheduled' and start_by_ms > $2
  and not exists (select 1 from run later where later.job = run.job and later.started_at_ms >= run.due_at_ms
    and (later.kind <> 'manual' or later.records is not null))
  and not exists (select 1 from run made where made.job = run.job and made.makes_good >= run.scheduled_for)
order by due_at_ms desc limit 1
