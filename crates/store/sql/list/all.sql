-- list/all: the state of every list.
select code, snapshot, data_as_of_ms, doctors, outcome, outcome_at_ms, outcome_reason, outcome_cause, outcome_run
from list order by code
