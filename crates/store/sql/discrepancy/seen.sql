-- discrepancy/seen: these stand, by the rows just derived; one that had been resolved is open again. Nothing is noted
-- before TIS has a list, because until then nothing can be compared.
-- $1 JSON array of [gmc_number, kind]   $2 now_ms bigint
insert into discrepancy (gmc_number, kind, first_seen_ms, since_ms, last_seen_ms, resolved_at_ms, reopened)
select value ->> 0, value ->> 1, cast($2 as bigint), cast($2 as bigint), cast($2 as bigint), null, 0 from json_each($1)
where exists (select 1 from list where code = 'TIS' and snapshot > 0)
on conflict (gmc_number, kind) do update set
  since_ms = case when discrepancy.resolved_at_ms is null then discrepancy.since_ms else excluded.since_ms end,
  reopened = discrepancy.reopened + case when discrepancy.resolved_at_ms is null then 0 else 1 end,
  last_seen_ms = excluded.last_seen_ms, resolved_at_ms = null
