-- snapshot/insert: the record of one publish; its checks are the brake's second wall.
-- $1 list  $2 number  $3 kind  $4 data_as_of_ms  $5 run_id  $6 hold_id  $7 equal_to  $8 doctors  $9 received
-- $10 arrived  $11 changed  $12 same  $13 repeated  $14 rejected  $15 removed  $16 not_confirmed  $17 removed_max
-- $18 changed_max  $19 approved_by  $20 now_ms  $21 actor
insert into snapshot (list, number, kind, data_as_of_ms, run_id, hold_id, equal_to, doctors, received, arrived,
  changed, same, repeated, rejected, removed, not_confirmed, removed_max, changed_max, approved_by,
  published_at_ms, created_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20, $20, $21)
