-- intent/to_look_at: what is due for a look, oldest first: it is unknown, or was so already by the word of the GMC alone.
-- $1 now_ms  $2 how many bigint
select id, wish, gmc_number, body, from_body, batch, fields, fields_sha256, standing, is_already, sends, grants, fence, sender, asked_by,
  reason, asked_at_ms, lease_until_ms, last_write_ms, unknown_since_ms, looks, next_look_ms, code, gmc_request_id, gmc_id, sentence, settled_at_ms
from intent where next_look_ms <= $1 order by next_look_ms, id limit $2
