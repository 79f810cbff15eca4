-- notification/get: one notification.
-- $1 id text
select id, alert_id, about, channel, kind, sequence, batch, severity, message, to_person, stands_in_for, state, attempts,
  next_try_at_ms, first_failed_at_ms, last_answer, delivered_at_ms, created_at_ms
from notification where id = $1
