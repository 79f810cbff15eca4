-- account/equip: the person has taken up their invitation and can come in.
-- $1 id  $2 password_hash  $3 code_secret  $4 code_step  $5 now_ms  $6 actor
update account set state = 'active', password_hash = $2, code_secret = $3, code_step = $4, updated_at_ms = $5, updated_by = $6
where id = $1 and state = 'invited'
