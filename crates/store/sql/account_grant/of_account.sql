-- account_grant/of_account: what an account was given and still has.
-- $1 account text
select id, account, role, bodies, sensitive, ends, asked_by, granted_by, created_at_ms from account_grant
where account = $1 and revoked_at_ms is null order by created_at_ms, id
