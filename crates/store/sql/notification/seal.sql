-- notification/seal: what a sender has in hand of one batch, or everything not yet sealed, becomes one message for good.
-- $1 channel  $2 claimed_by  $3 batch before; empty for all that is unsealed  $4 key of the message  $5 now_ms
update notification set batch = $4, updated_at_ms = $5, updated_by = 'notification/seal'
where channel = $1 and claimed_by = $2 and state in ('waiting', 'failed') and batch not like 'message/%'
  and (batch = $3 or $3 = '')
