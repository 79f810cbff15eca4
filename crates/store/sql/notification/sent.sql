-- notification/sent: the receiver said that it has the message.
-- $1 channel  $2 claimed_by  $3 key of the message  $4 answer  $5 now_ms
update notification set state = 'sent', delivered_at_ms = $5, attempts = attempts + 1, last_answer = $4, claimed_by = null,
  claimed_until_ms = null, updated_at_ms = $5, updated_by = 'notification/sent'
where channel = $1 and claimed_by = $2 and batch = $3 and state in ('waiting', 'failed')
