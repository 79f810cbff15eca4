-- settings/accept: a node's settings were found sound; later than the last that were, whatever the clock says.
-- $1 node  $2 hash  $3 content  $4 build  $5 now_ms  $6 actor
insert into settings (node, hash, content, build, accepted_at_ms, updated_by)
select $1, $2, $3, $4,
  case when max(before.accepted_at_ms) >= cast($5 as bigint) then max(before.accepted_at_ms) + 1 else cast($5 as bigint) end, $6
from settings before where before.node = $1
on conflict (node, hash) do update set content = excluded.content, build = excluded.build,
  accepted_at_ms = excluded.accepted_at_ms, updated_by = excluded.updated_by
