-- audit/recent: the newest audit rows, from before a place in the chain.
-- $1 before seq bigint   $2 how many bigint
select seq, id, at_ms, actor, behalf, action, object, reason, detail from audit where seq < $1 order by seq desc limit $2
