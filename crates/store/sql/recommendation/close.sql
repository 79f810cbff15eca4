-- recommendation/close: withdrawn, or decided.
-- $1 id  $2 version as read  $3 now_ms
update recommendation set closed_at_ms = $3, next_ask_ms = null, version = version + 1
where id = $1 and version = $2 and closed_at_ms is null
