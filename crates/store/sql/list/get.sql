-- list/get: the state of one list.
-- $1 code text
select code, snapshot, data_as_of_ms, doctors, outcome, outcome_at_ms, outcome_reason, outcome_cause, outcome_run
from list where code = $1
