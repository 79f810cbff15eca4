-- list/rename_begin: the row of a list under its new code, if the new code has none that was ever published.
-- $1 old code text   $2 new code text   $3 now_ms bigint
insert into list (code, snapshot, data_as_of_ms, doctors, outcome, outcome_at_ms, outcome_reason, outcome_cause, outcome_run,
  created_at_ms, updated_at_ms, updated_by)
select $2, snapshot, data_as_of_ms, doctors, outcome, outcome_at_ms, outcome_reason, outcome_cause, outcome_run,
  created_at_ms, $3, 'list/rename'
from list where code = $1 and snapshot > 0 and not exists (select 1 from list n where n.code = $2 and n.snapshot > 0)
on conflict (code) do update set
  snapshot = excluded.snapshot, data_as_of_ms = excluded.data_as_of_ms, doctors = excluded.doctors,
  outcome = excluded.outcome, outcome_at_ms = excluded.outcome_at_ms, outcome_reason = excluded.outcome_reason,
  outcome_cause = excluded.outcome_cause, outcome_run = excluded.outcome_run, updated_at_ms = excluded.updated_at_ms,
  updated_by = excluded.updated_by
