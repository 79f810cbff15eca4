-- notification/undelivered: what nobody has received yet, oldest first.
select id, alert_id, about, channel, kind, sequence, batch, severity, message, to_person, stands_in_for, state, attempts,
  next_try_at_ms, first_failed_at_ms, last_answer, delivered_at_ms, created_at_ms
from notification where state in ('waiting', 'failed') order by created_at_ms, id
