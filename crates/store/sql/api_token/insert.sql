-- api_token/insert: a program may read on its owner's behalf, and run errands, from now on.
-- $1 id  $2 token_hash  $3 account  $4 name  $5 bodies  $6 sensitive  $7 ends_at_ms  $8 now_ms  $9 actor  $10 errands
insert into api_token (id, token_hash, account, name, bodies, sensitive, ends_at_ms, created_at_ms, updated_at_ms, updated_by,
  errands)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)
