-- account/proof: what a person's password and code are held against.
-- $1 name text
select id, state, password_hash, code_secret from account where name = $1
