-- audit/loose: rows that stood before there was a chain, in the order of their time.
select id, at_ms, actor, behalf, action, object, reason, detail from audit where seq is null order by at_ms, id
