-- recount/insert: both counts of one list after one run; a later attempt of the same run counts anew.
-- $1 run_id text   $2 list text   $3 at_ms bigint   $4 gmc_count bigint   $5 our_count bigint   $6 verdict text
-- $7 reason text
insert into recount (run_id, list, at_ms, gmc_count, our_count, verdict, reason)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (run_id, list) do update set at_ms = excluded.at_ms, gmc_count = excluded.gmc_count,
  our_count = excluded.our_count, verdict = excluded.verdict, reason = excluded.reason
