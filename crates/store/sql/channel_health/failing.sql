-- channel_health/failing: a receiver did not take a message.
-- $1 channel  $2 answer  $3 now_ms
insert into channel_health (channel, state, since_ms, last_failed_at_ms, failures, last_answer, receipt_for, updated_at_ms,
  updated_by)
values ($1, 'failing', $3, $3, 1, $2, '', $3, 'channel_health/failing')
on conflict (channel) do update set
  since_ms = case when channel_health.state = 'failing' then channel_health.since_ms else excluded.since_ms end,
  state = 'failing', last_failed_at_ms = excluded.last_failed_at_ms, failures = channel_health.failures + 1,
  last_answer = excluded.last_answer, updated_at_ms = excluded.updated_at_ms, updated_by = excluded.updated_by
