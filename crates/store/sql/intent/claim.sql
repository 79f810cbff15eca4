-- intent/claim: take the right to send, durably, before the first byte; the loser gets no row.
-- $1 id  $2 sender  $3 lease_until_ms (store::now)  $4 last_write_ms
update intent set standing = 'sending', sends = sends + 1, fence = fence + 1, sender = $2, lease_until_ms = $3, last_write_ms = $4
where id = $1 and standing = 'queued' and sends <= grants
returning id, wish, gmc_number, body, from_body, batch, fields, fields_sha256, standing, is_already, sends, grants, fence, sender, asked_by,
  reason, asked_at_ms, lease_until_ms, last_write_ms, unknown_since_ms, looks, next_look_ms, code, gmc_request_id, gmc_id, sentence, settled_at_ms
