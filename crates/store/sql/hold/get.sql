-- hold/get: one hold.
-- $1 id text
select id, list, state, causes, account, before_doctors, doctors, base_snapshot, data_as_of_ms, run_id, proposed_by, decided_by,
  decided_reason, decided_at_ms, created_at_ms
from hold where id = $1
