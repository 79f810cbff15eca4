-- identity/insert: from now on an account is the one of somebody whom a provider vouches for.
-- $1 issuer  $2 subject  $3 account  $4 now_ms
insert into identity (issuer, subject, account, created_at_ms, updated_at_ms, updated_by) values ($1, $2, $3, $4, $4, 'identity/insert')
