-- run_report/of_rid: the run that its reporter calls so.
-- $1 job  $2 rid
select run_id from run_report where job = $1 and rid = $2
