-- report_key/revoke: take a key back; it acts on the next report.
-- $1 id  $2 now_ms  $3 actor
update report_key set revoked_at_ms = $2, updated_at_ms = $2, updated_by = $3 where id = $1 and revoked_at_ms is null
