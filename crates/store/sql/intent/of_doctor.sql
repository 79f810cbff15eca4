-- intent/of_doctor: every wish about one doctor, newest first.
-- $1 gmc_number
select id, wish, gmc_number, body, from_body, batch, fields, fields_sha256, standing, is_already, sends, grants, fence, sender, asked_by,
  reason, asked_at_ms, lease_until_ms, last_write_ms, unknown_since_ms, looks, next_look_ms, code, gmc_request_id, gmc_id, sentence, settled_at_ms
from intent where gmc_number = $1 order by asked_at_ms desc, id desc
