-- The life of a disagreement between the GMC and TIS: one row a doctor and kind, from the day both worlds could be compared.
create table discrepancy (
  gmc_number text not null,                           -- seven digits
  kind text not null,                                 -- closed word
  first_seen_ms bigint not null,                      -- when it was first found, ever; UTC ms
  since_ms bigint not null,                           -- when its present or last stretch began, UTC ms
  last_seen_ms bigint not null,                       -- when data last said so anew, UTC ms
  resolved_at_ms bigint,                              -- when data last said otherwise; null while it stands; UTC ms
  reopened bigint not null,                           -- times it came back after it was resolved
  primary key (gmc_number, kind)
);
create index discrepancy_resolved on discrepancy (resolved_at_ms, gmc_number) where resolved_at_ms is not null;

-- What stands keeps the day on which it was first seen; before TIS was ever published there is nothing to compare.
insert into discrepancy (gmc_number, kind, first_seen_ms, since_ms, last_seen_ms, resolved_at_ms, reopened)
select gmc_number, discrepancy, coalesce(discrepancy_since_ms, updated_at_ms), coalesce(discrepancy_since_ms, updated_at_ms),
  updated_at_ms, null, 0
from doctor where discrepancy is not null and exists (select 1 from list where code = 'TIS' and snapshot > 0);
