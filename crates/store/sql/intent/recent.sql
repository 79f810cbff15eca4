-- intent/recent: those that are not settled first, oldest first, then the newest of the others.
-- $1 bodies, JSON [[code], …]  $2 how many bigint
select id, wish, gmc_number, body, from_body, batch, fields, fields_sha256, standing, is_already, sends, grants, fence, sender, asked_by,
  reason, asked_at_ms, lease_until_ms, last_write_ms, unknown_since_ms, looks, next_look_ms, code, gmc_request_id, gmc_id, sentence, settled_at_ms
from intent where body in (select value ->> 0 from json_each($1))
order by case when standing in ('queued', 'sending', 'unknown') then 0 else 1 end,
  case when standing in ('queued', 'sending', 'unknown') then asked_at_ms else -asked_at_ms end, id
limit $2
