-- session/rotate: a new token, and the old one opens nothing; the person has just shown again who they are.
-- $1 id  $2 token_hash  $3 stepped_up_until_ms  $4 now_ms
update session set token_hash = $2, stepped_up_until_ms = $3, last_seen_at_ms = $4, updated_by = 'session/rotate'
where id = $1 and ended_at_ms is null
