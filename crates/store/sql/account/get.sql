-- account/get: one account by its name.
-- $1 name text
select id, name, kind, state, signed_in_at_ms, created_at_ms from account where name = $1
