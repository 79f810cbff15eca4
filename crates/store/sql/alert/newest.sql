-- alert/newest: the newest alert under a key, resolved or not.
-- $1 key text
select * from alert_now where key = $1 order by opened_at_ms desc, id desc limit 1
