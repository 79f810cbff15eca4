-- reject/clear: a later answer was read; what the earlier one set aside is history.
-- $1 list text   $2 now_ms bigint
update reject set cleared_at_ms = $2, updated_at_ms = $2, updated_by = 'reject/clear'
where list = $1 and cleared_at_ms is null
