-- settings/get: one of them.
-- $1 node  $2 hash
select node, hash, content, accepted_at_ms from settings where node = $1 and hash = $2
