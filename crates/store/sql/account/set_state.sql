-- account/set_state: an account is taken out of use, or asked to equip itself anew; then what opened it is forgotten.
-- $1 id  $2 state  $3 now_ms  $4 actor
update account set state = $2, updated_at_ms = $3, updated_by = $4,
  password_hash = case when $2 = 'invited' then null else password_hash end,
  code_secret = case when $2 = 'invited' then null else code_secret end
where id = $1 and state <> $2
