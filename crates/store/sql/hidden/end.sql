-- hidden/end: a disagreement is shown again.
-- $1 id  $2 now_ms bigint  $3 actor
update hidden set ended_at_ms = $2, ended_by = $3 where id = $1 and ended_at_ms is null
