-- report_key/use: a program has come with a key that nobody has taken back.
-- $1 key_hash  $2 now_ms
update report_key set used_at_ms = $2, updated_at_ms = $2, updated_by = 'report_key/use'
where key_hash = $1 and revoked_at_ms is null
returning job
