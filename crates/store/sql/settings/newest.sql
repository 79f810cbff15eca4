-- settings/newest: what a node last found sound.
-- $1 node
select node, hash, content, accepted_at_ms from settings where node = $1 order by accepted_at_ms desc, hash limit 1
