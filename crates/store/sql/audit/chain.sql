-- audit/chain: the whole chain, from its first row.
select seq, prev_hash, hash, id, at_ms, actor, behalf, action, object, reason, detail from audit
where seq is not null order by seq, id
