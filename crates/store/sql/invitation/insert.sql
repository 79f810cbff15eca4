-- invitation/insert: a token with which one person equips one account, once.
-- $1 token_hash  $2 account  $3 code_secret  $4 ends_at_ms  $5 now_ms  $6 actor
insert into invitation (token_hash, account, code_secret, ends_at_ms, created_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $5, $6)
