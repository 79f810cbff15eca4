-- notification/failed: the receiver did not take the message; tried again later.
-- $1 channel  $2 claimed_by  $3 key of the message  $4 answer  $5 next_try_at_ms  $6 now_ms
update notification set state = 'failed', attempts = attempts + 1, last_answer = $4, next_try_at_ms = $5,
  first_failed_at_ms = coalesce(first_failed_at_ms, $6), claimed_by = null, claimed_until_ms = null, updated_at_ms = $6,
  updated_by = 'notification/failed'
where channel = $1 and claimed_by = $2 and batch = $3 and state in ('waiting', 'failed')
