-- evidence/insert: what one list left in one run; a later attempt of the same run replaces a failure.
-- $1 run_id  $2 list  $3 attempt  $4 outcome  $5 reason  $6 cause  $7 client_request_id  $8 gmc_request_id  $9 requested_at_ms
-- $10 received  $11 arrived  $12 changed  $13 same  $14 repeated  $15 rejected  $16 removed  $17 not_confirmed
-- $18 bytes  $19 calls  $20 duration_ms  $21 snapshot  $22 now_ms
insert into evidence (run_id, list, attempt, outcome, reason, cause, client_request_id, gmc_request_id, requested_at_ms,
  received, arrived, changed, same, repeated, rejected, removed, not_confirmed, bytes, calls, duration_ms, snapshot,
  created_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, 'evidence/insert')
on conflict (run_id, list) do update set attempt = excluded.attempt, outcome = excluded.outcome, reason = excluded.reason,
  cause = excluded.cause, client_request_id = excluded.client_request_id, gmc_request_id = excluded.gmc_request_id,
  requested_at_ms = excluded.requested_at_ms, received = excluded.received, arrived = excluded.arrived,
  changed = excluded.changed, same = excluded.same, repeated = excluded.repeated, rejected = excluded.rejected,
  removed = excluded.removed, not_confirmed = excluded.not_confirmed, bytes = excluded.bytes, calls = excluded.calls,
  duration_ms = excluded.duration_ms, snapshot = excluded.snapshot
