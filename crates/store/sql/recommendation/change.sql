-- recommendation/change: other words; whoever read an older version changes nothing.
-- $1 id  $2 version as read  $3 words  $4 based_on  $5 actor  $6 now_ms
update recommendation set words = $3, based_on = $4, version = version + 1, changed_by = $5, changed_at_ms = $6
where id = $1 and version = $2 and closed_at_ms is null
