-- account/by_id: one account by its id.
-- $1 id text
select id, name, kind, state, signed_in_at_ms, created_at_ms from account where id = $1
