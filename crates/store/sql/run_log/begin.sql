-- run_log/begin: the first lines of logs that are empty.
-- $1 now_ms  $2 JSON array of [run_id, seq, level, text, bytes]
insert into run_log (run_id, seq, attempt, at_ms, level, text, bytes)
select value ->> 0, cast(value ->> 1 as bigint), 1, cast($1 as bigint), value ->> 2, value ->> 3, cast(value ->> 4 as bigint)
from json_each($2) where true
