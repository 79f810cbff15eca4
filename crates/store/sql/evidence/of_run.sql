-- evidence/of_run: what each list left in one run.
-- $1 run_id text
select run_id, list, attempt, outcome, reason, cause, client_request_id, gmc_request_id, requested_at_ms, received, arrived,
  changed, same, repeated, rejected, removed, not_confirmed, bytes, calls, duration_ms, snapshot
from evidence where run_id = $1 order by list
