-- account/all: every account, by name.
select id, name, kind, state, signed_in_at_ms, created_at_ms from account order by name
