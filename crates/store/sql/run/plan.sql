-- run/plan: rows ahead of their hour; one that is there already stays as it is.
-- $1 job  $2 build  $3 config_hash  $4 now_ms
-- $5 JSON array of [id, scheduled_for, state, due_at_ms, start_by_ms, finish_by_ms]; state is due, or skipped
insert into run (id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms,
  finish_by_ms, ended_at_ms, created_at_ms, updated_at_ms, updated_by)
select value ->> 0, $1, 'scheduled', value ->> 1, value ->> 2,
  case value ->> 2 when 'skipped' then 'clock change' else '' end, 'scheduler', $2, $3,
  cast(value ->> 3 as bigint), cast(value ->> 4 as bigint), cast(value ->> 5 as bigint),
  case value ->> 2 when 'skipped' then cast($4 as bigint) end, $4, $4, 'run/plan'
from json_each($5) where true
on conflict (job, scheduled_for) do nothing
