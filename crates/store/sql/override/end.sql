-- override/end: somebody ends it before its time.
-- $1 id  $2 ended_by  $3 now_ms  $4 actor
update override set ended_at_ms = $3, ended_by = $2, updated_at_ms = $3, updated_by = $4
where id = $1 and ended_at_ms is null and ends_at_ms > $3
