-- notification/failed: the receiver did not take it; tried again later.
-- $1 id  $2 answer  $3 next_try_at_ms  $4 now_ms
update notification set state = 'failed', attempts = attempts + 1, last_answer = $2, next_try_at_ms = $3,
  first_failed_at_ms = coalesce(first_failed_at_ms, $4), claimed_by = null, claimed_until_ms = null, updated_at_ms = $4,
  updated_by = 'notification/failed'
where id = $1 and state in ('waiting', 'failed')
