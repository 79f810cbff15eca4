-- audit/newest: the newest audit row of one act on one object.
-- $1 action text   $2 object text
select seq, id, at_ms, actor, behalf, action, object, reason, detail from audit
where action = $1 and object = $2 order by seq desc limit 1
