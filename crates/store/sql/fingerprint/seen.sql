-- fingerprint/seen: a node is still made of the same.
-- $1 node  $2 made_at_ms  $3 seen_at_ms
update fingerprint set seen_at_ms = $3 where node = $1 and made_at_ms = $2
