-- account_grant/all: what everybody was given and still has.
select id, account, role, bodies, sensitive, ends, asked_by, granted_by, created_at_ms from account_grant
where revoked_at_ms is null order by created_at_ms, id
