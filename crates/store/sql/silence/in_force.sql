-- silence/in_force: silences that have not ended, those still ahead included.
-- $1 now_ms
select id, matches, value, reason, created_by, starts_at_ms, ends_at_ms, ended_by
from silence where ends_at_ms > $1 order by ends_at_ms, id
