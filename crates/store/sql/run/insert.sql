-- run/insert: a run and why it is there.
-- $1 id  $2 job  $3 kind  $4 scheduled_for  $5 state  $6 requested_by  $7 build  $8 config_hash  $9 now_ms  $10 started_at_ms
insert into run (id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, started_at_ms, created_at_ms,
  updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, '', $6, $7, $8, $10, $9, $9, $6)
