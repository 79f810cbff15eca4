-- run_report/rid_of: what its reporter calls a run.
-- $1 run_id
select rid from run_report where run_id = $1
