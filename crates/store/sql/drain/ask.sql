-- drain/ask: a node shall step out; the newest word counts.
-- $1 node  $2 stays, 0 or 1  $3 asked_at_ms  $4 asked_by  $5 reason
insert into drain (node, stays, asked_at_ms, asked_by, reason, updated_by)
values ($1, $2, $3, $4, $5, 'drain/ask')
on conflict (node) do update set stays = excluded.stays, asked_at_ms = excluded.asked_at_ms, asked_by = excluded.asked_by,
  reason = excluded.reason
