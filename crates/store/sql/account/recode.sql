-- account/recode: a person has another authenticator from now on.
-- $1 id  $2 code_secret  $3 code_step  $4 now_ms  $5 actor
update account set code_secret = $2, code_step = $3, updated_at_ms = $4, updated_by = $5 where id = $1 and state = 'active'
