-- recommendation/insert: a draft; a doctor has one that is open.
-- $1 id  $2 gmc_number  $3 body  $4 words  $5 based_on  $6 actor  $7 now_ms
insert into recommendation (id, gmc_number, body, words, based_on, drafted_by, drafted_at_ms, changed_by, changed_at_ms)
values ($1, $2, $3, $4, $5, $6, $7, $6, $7)
on conflict do nothing
