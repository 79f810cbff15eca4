-- intent/of_batch: what one press of a button wished, in the order of its doctors.
-- $1 batch
select id, wish, gmc_number, body, from_body, batch, fields, fields_sha256, standing, is_already, sends, grants, fence, sender, asked_by,
  reason, asked_at_ms, lease_until_ms, last_write_ms, unknown_since_ms, looks, next_look_ms, code, gmc_request_id, gmc_id, sentence, settled_at_ms
from intent where batch = $1 order by gmc_number, id
