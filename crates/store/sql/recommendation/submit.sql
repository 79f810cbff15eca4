-- recommendation/submit: its newest intent; whoever read an older version submits nothing.
-- $1 id  $2 version as read  $3 intent_id  $4 actor  $5 now_ms
update recommendation set intent_id = $3, version = version + 1, changed_by = $4, changed_at_ms = $5, next_ask_ms = null
where id = $1 and version = $2 and closed_at_ms is null
