-- intent/of_batch: every wish of one press of a button, in the order in which they are sent.
-- $1 batch
select id, wish, gmc_number, body, from_body, batch, fields, fields_sha256, standing, is_already, sends, grants, fence, sender, asked_by,
  reason, asked_at_ms, lease_until_ms, last_write_ms, unknown_since_ms, looks, next_look_ms, code, gmc_request_id, gmc_id, sentence, settled_at_ms
from intent where batch = $1 order by asked_at_ms, id
