-- run/make_good: a run that stands for a missed one, or one that a pause took away, once.
-- $1 id of that one  $2 id  $3 build  $4 config_hash  $5 now_ms  $6 window_ms
insert into run (id, job, kind, state, reason, requested_by, build, config_hash, makes_good, due_at_ms, start_by_ms,
  finish_by_ms, created_at_ms, updated_at_ms, updated_by)
select $2, job, 'catch_up', 'due', '', 'scheduler', $3, $4, scheduled_for, due_at_ms, start_by_ms + cast($6 as bigint),
  cast($5 as bigint) + finish_by_ms - due_at_ms, $5, $5, 'run/make_good'
from run where id = $1 and (state = 'missed' or paused_by is not null)
on conflict (job, makes_good) do nothing
