-- hold/recent: holds, those that wait first, then the newest.
-- $1 how many bigint
select id, list, state, causes, account, before_doctors, doctors, base_snapshot, data_as_of_ms, run_id, proposed_by, decided_by,
  decided_reason, decided_at_ms, created_at_ms
from hold
order by case when state in ('open', 'proposed') then 0 else 1 end, created_at_ms desc, id limit $1
