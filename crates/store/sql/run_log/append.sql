-- run_log/append: lines at the end of a run's log.
-- $1 run_id  $2 attempt  $3 now_ms  $4 JSON array of [seq, level, text, bytes]
insert into run_log (run_id, seq, attempt, at_ms, level, text, bytes)
select $1, cast(value ->> 0 as bigint), $2, $3, value ->> 1, value ->> 2, cast(value ->> 3 as bigint)
from json_each($4) where true
