-- channel_health/receipt: the daily test of a channel was received.
-- $1 channel  $2 day, ISO  $3 now_ms
update channel_health set receipt_for = $2, receipt_at_ms = $3, updated_at_ms = $3, updated_by = 'channel_health/receipt'
where channel = $1 and receipt_for <= $2
