-- account_grant/insert: give a role over bodies.
-- $1 id  $2 account  $3 role  $4 bodies  $5 sensitive  $6 ends  $7 asked_by  $8 granted_by  $9 now_ms
insert into account_grant (id, account, role, bodies, sensitive, ends, asked_by, granted_by, created_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $8)
