-- session/open: somebody has signed in.
-- $1 id  $2 token_hash  $3 account  $4 now_ms  $5 stepped_up_until_ms
insert into session (id, token_hash, account, signed_in_at_ms, last_seen_at_ms, stepped_up_until_ms, updated_by)
values ($1, $2, $3, $4, $4, $5, 'session/open')
