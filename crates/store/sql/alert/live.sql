-- alert/live: every alert that is not resolved, oldest first.
select * from alert_now where kept_state in ('open', 'acknowledged') order by opened_at_ms, id
