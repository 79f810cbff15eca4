-- silence/end: end a silence before its time.
-- $1 id  $2 ended_by  $3 now_ms
update silence set ends_at_ms = case when starts_at_ms < $3 then $3 else starts_at_ms + 1 end, ended_by = $2, updated_at_ms = $3
where id = $1 and ends_at_ms > $3
