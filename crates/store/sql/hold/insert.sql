-- hold/insert: keep a snapshot back for a person's word.
-- $1 id  $2 list  $3 causes  $4 account  $5 before_doctors  $6 doctors  $7 base_snapshot  $8 data_as_of_ms  $9 run_id
-- $10 keep_until_ms  $11 now_ms
insert into hold (id, list, state, causes, account, before_doctors, doctors, base_snapshot, data_as_of_ms, run_id,
  keep_until_ms, created_at_ms, updated_at_ms, updated_by)
values ($1, $2, 'open', $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 'hold/insert')
