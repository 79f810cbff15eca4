-- recovery_code/use: a code is used. The guard lets one try through.
-- $1 account  $2 code_hash  $3 now_ms
update recovery_code set used_at_ms = $3, updated_at_ms = $3, updated_by = 'recovery_code/use'
where account = $1 and code_hash = $2 and used_at_ms is null
