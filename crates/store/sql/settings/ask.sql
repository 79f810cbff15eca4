-- settings/ask: a person asks every node to read its settings anew; later than whoever asked before, whatever the clock says.
-- $1 node  $2 hash  $3 now_ms
update settings set asked_at_ms = (
  select case when max(all_of.asked_at_ms) >= cast($3 as bigint) then max(all_of.asked_at_ms) + 1 else cast($3 as bigint) end
  from settings all_of)
where node = $1 and hash = $2
