-- node/forget: nodes that were not heard of for long are none any more.
-- $1 heard of before, ms by store::now
delete from node where beat_at_ms < $1
