-- channel_health/all: how each channel is.
select channel, state, since_ms, last_sent_at_ms, last_failed_at_ms, failures, last_answer, receipt_for, receipt_at_ms
from channel_health order by channel
