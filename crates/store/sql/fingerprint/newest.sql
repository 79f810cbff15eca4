-- fingerprint/newest: what a node was last made of.
-- $1 node
select node, content from fingerprint where node = $1 order by made_at_ms desc limit 1
