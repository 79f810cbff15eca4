-- invitation/use: it is taken up. The guard lets one person through.
-- $1 token_hash  $2 now_ms
update invitation set used_at_ms = $2, updated_at_ms = $2, updated_by = 'invitation/use'
where token_hash = $1 and used_at_ms is null and ends_at_ms > $2
