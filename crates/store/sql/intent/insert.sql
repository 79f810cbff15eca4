-- intent/insert: put a wish into the queue; one open intent of a family for a doctor, and one of each press of a button.
-- $1 id  $2 wish  $3 family  $4 gmc_number  $5 body  $6 from_body  $7 batch  $8 fields  $9 fields_sha256  $10 asked_by  $11 reason
-- $12 now_ms
insert into intent (id, wish, family, gmc_number, body, from_body, batch, fields, fields_sha256, standing, asked_by, reason, asked_at_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', $10, $11, $12)
on conflict do nothing
