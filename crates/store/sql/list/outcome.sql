-- list/outcome: the last attempt did not publish; the last good snapshot stays.
-- $1 code text   $2 outcome text   $3 reason text   $4 cause text   $5 run_id text   $6 now_ms bigint
update list
set outcome = $2, outcome_reason = $3, outcome_cause = $4, outcome_run = $5, outcome_at_ms = $6,
    updated_at_ms = $6, updated_by = 'list/outcome'
where code = $1
