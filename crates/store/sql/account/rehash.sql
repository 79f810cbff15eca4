-- account/rehash: the same password under today's parameters.
-- $1 id  $2 password_hash  $3 now_ms
update account set password_hash = $2, updated_at_ms = $3, updated_by = 'account/rehash' where id = $1 and state = 'active'
