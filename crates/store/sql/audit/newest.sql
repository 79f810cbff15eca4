-- audit/newest: the newest audit row of one act on one object.
-- $1 action text   $2 object text
select id, at_ms, actor, action, object, reason, detail from audit
where action = $1 and object = $2 order by at_ms desc, id desc limit 1
