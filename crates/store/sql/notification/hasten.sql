-- notification/hasten: a channel is back: what waits for it is due at once.
-- $1 channel  $2 now_ms
update notification set next_try_at_ms = $2, updated_at_ms = $2, updated_by = 'notification/hasten'
where channel = $1 and state in ('waiting', 'failed') and next_try_at_ms > $2
