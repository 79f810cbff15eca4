-- site/claim: remember which environment this store belongs to, once.
-- $1 environment text   $2 now_ms bigint
insert into site (id, environment, created_at_ms, updated_at_ms, updated_by)
values ('site', $1, $2, $2, 'site/claim')
on conflict (id) do nothing
