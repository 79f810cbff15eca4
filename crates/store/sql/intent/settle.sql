-- intent/settle: a whole reply, this send's or a late one's, proves what became of it.
-- $1 id  $2 fence  $3 standing  $4 is_already  $5 code  $6 gmc_request_id  $7 gmc_id  $8 sentence  $9 now_ms
-- $10 next_look_ms, where the list is to be read before it is believed
update intent set standing = $3, is_already = $4, code = $5, gmc_request_id = $6, gmc_id = $7, sentence = $8, settled_at_ms = $9,
  lease_until_ms = null, next_look_ms = $10
where id = $1 and standing in ('sending', 'unknown') and fence = $2
