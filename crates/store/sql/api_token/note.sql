-- api_token/note: the program has come.
-- $1 id  $2 now_ms
update api_token set used_at_ms = $2, updated_at_ms = $2, updated_by = 'api_token/note' where id = $1
