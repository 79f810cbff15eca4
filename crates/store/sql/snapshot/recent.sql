-- snapshot/recent: the newest snapshots of a list, newest first.
-- $1 list text   $2 how many bigint
select list, number, kind, data_as_of_ms, run_id, hold_id, equal_to, doctors, received, arrived, changed, same, repeated,
  rejected, removed, not_confirmed, approved_by, published_at_ms, updated_by
from snapshot where list = $1 order by number desc limit $2
