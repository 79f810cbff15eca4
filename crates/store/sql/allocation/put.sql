-- allocation/put: who works on these doctors from now on.
-- $1 rows: JSON array of [gmc_number, admin]  $2 now_ms bigint  $3 actor
insert into allocation (gmc_number, admin, allocated_at_ms, allocated_by)
select value ->> 0, value ->> 1, cast($2 as bigint), cast($3 as text) from json_each($1) where true
on conflict (gmc_number) do update set admin = excluded.admin, allocated_at_ms = excluded.allocated_at_ms,
  allocated_by = excluded.allocated_by
