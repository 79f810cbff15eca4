-- recovery_code/insert: a code that stands once in the place of an authenticator.
-- $1 account  $2 code_hash  $3 now_ms  $4 actor
insert into recovery_code (account, code_hash, created_at_ms, updated_at_ms, updated_by) values ($1, $2, $3, $3, $4)
