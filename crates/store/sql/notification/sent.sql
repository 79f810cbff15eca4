-- notification/sent: the receiver said that it has it.
-- $1 id  $2 answer  $3 now_ms
update notification set state = 'sent', delivered_at_ms = $3, attempts = attempts + 1, last_answer = $2, claimed_by = null,
  claimed_until_ms = null, updated_at_ms = $3, updated_by = 'notification/sent'
where id = $1 and state in ('waiting', 'failed')
