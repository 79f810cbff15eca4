-- flip/of_alert: the life of an alert, in order.
-- $1 alert_id text
select number, what, sentence, run_id, actor, at_ms from flip where alert_id = $1 order by number
