-- run_report/put: keep what a report says of its run; what was said before stays where this says nothing.
-- $1 run_id  $2 job  $3 rid  $4 as_of_ms  $5 now_ms
insert into run_report (run_id, job, rid, as_of_ms, created_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $5, 'run_report/put')
on conflict (run_id) do update set rid = coalesce(run_report.rid, excluded.rid),
  as_of_ms = coalesce(excluded.as_of_ms, run_report.as_of_ms), updated_at_ms = excluded.updated_at_ms,
  updated_by = excluded.updated_by
