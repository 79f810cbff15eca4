-- discrepancy/begin: TIS has its first list, so whatever the joined rows say from before it counts from now on.
insert into discrepancy (gmc_number, kind, first_seen_ms, since_ms, last_seen_ms, resolved_at_ms, reopened)
select gmc_number, discrepancy, coalesce(discrepancy_since_ms, updated_at_ms), coalesce(discrepancy_since_ms, updated_at_ms),
  updated_at_ms, null, 0
from doctor where discrepancy is not null
on conflict (gmc_number, kind) do nothing
