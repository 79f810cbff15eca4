-- hidden/insert: a disagreement is hidden for a body; nothing, if one already is.
-- $1 id  $2 gmc_number  $3 body  $4 kind  $5 gmc_body  $6 tis_body  $7 reason  $8 until  $9 now_ms bigint  $10 actor
insert into hidden (id, gmc_number, body, kind, gmc_body, tis_body, reason, until, hidden_at_ms, hidden_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing
