-- past_recommendation/insert: one of a service before ours; the same row, and the same id of the GMC, is taken in once.
-- $1 digest  $2 gmc_number  $3 gmc_id  $4 content  $5 now_ms  $6 actor
insert into past_recommendation (digest, gmc_number, gmc_id, content, imported_at_ms, imported_by) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
