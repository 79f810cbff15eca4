-- audit/recent: the newest audit rows.
-- $1 how many bigint
select id, at_ms, actor, action, object, reason, detail from audit order by at_ms desc, id desc limit $1
