-- notification/of_alert: what was told of one alert, in order.
-- $1 alert_id text
select id, alert_id, about, channel, kind, sequence, batch, severity, message, to_person, stands_in_for, state, attempts,
  next_try_at_ms, first_failed_at_ms, last_answer, delivered_at_ms, created_at_ms
from notification where alert_id = $1 order by created_at_ms, id
