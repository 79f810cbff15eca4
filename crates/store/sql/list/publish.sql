-- list/publish: move a list to its next snapshot. The guard decides the race, and older data never win:
-- only a person's decision (rollback, approval) may set the data's age back.
-- $1 code text   $2 expected snapshot bigint   $3 data_as_of_ms bigint   $4 doctors bigint   $5 run_id text
-- $6 now_ms bigint   $7 actor text   $8 decided by a person: yes or no
update list
set snapshot = $2 + 1, data_as_of_ms = $3, doctors = $4, outcome = 'published', outcome_at_ms = $6,
    outcome_reason = '', outcome_cause = '', outcome_run = coalesce($5, outcome_run), updated_at_ms = $6, updated_by = $7
where code = $1 and snapshot = $2 and ($8 = 'yes' or data_as_of_ms is null or data_as_of_ms <= $3)
