-- hidden/lapse: ends what counts no more for a doctor and a body: its day is over, or data say something else.
-- $1 gmc_number  $2 body  $3 kind  $4 gmc_body  $5 tis_body  $6 today  $7 now_ms bigint  $8 actor
update hidden set ended_at_ms = $7, ended_by = $8 where gmc_number = $1 and body = $2 and ended_at_ms is null
  and (kind <> $3 or gmc_body <> $4 or tis_body <> $5 or until < $6)
