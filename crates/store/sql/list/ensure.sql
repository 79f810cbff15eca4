-- list/ensure: make the row of a list before its first answer.
-- $1 code text   $2 now_ms bigint
insert into list (code, snapshot, doctors, outcome_reason, outcome_cause, created_at_ms, updated_at_ms, updated_by)
values ($1, 0, 0, '', '', $2, $2, 'list/ensure')
on conflict (code) do nothing
