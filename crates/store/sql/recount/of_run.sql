-- recount/of_run: both counts of each list after one run.
-- $1 run_id text
select run_id, list, at_ms, gmc_count, our_count, verdict, reason from recount where run_id = $1 order by list
