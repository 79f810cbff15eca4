-- channel_health/well: a receiver said that it has a message.
-- $1 channel  $2 answer  $3 now_ms
insert into channel_health (channel, state, since_ms, last_sent_at_ms, failures, last_answer, receipt_for, updated_at_ms,
  updated_by)
values ($1, 'well', $3, $3, 0, $2, '', $3, 'channel_health/well')
on conflict (channel) do update set
  since_ms = case when channel_health.state = 'well' then channel_health.since_ms else excluded.since_ms end, state = 'well',
  last_sent_at_ms = excluded.last_sent_at_ms, failures = 0, last_answer = excluded.last_answer,
  updated_at_ms = excluded.updated_at_ms, updated_by = excluded.updated_by
