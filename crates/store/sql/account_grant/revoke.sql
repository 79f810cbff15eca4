-- account_grant/revoke: take a role back.
-- $1 id  $2 account  $3 now_ms  $4 actor
update account_grant set revoked_at_ms = $3, revoked_by = $4, updated_at_ms = $3, updated_by = $4
where id = $1 and account = $2 and revoked_at_ms is null
