-- api_token/revoke: take a token back.
-- $1 id  $2 now_ms  $3 actor
update api_token set revoked_at_ms = $2, updated_at_ms = $2, updated_by = $3 where id = $1 and revoked_at_ms is null
