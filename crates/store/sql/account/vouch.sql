-- account/vouch: somebody comes in by their provider's word; no password and no code of ours opens this account.
-- $1 id  $2 now_ms
update account set state = 'active', password_hash = 'vouched for', code_secret = null, signed_in_at_ms = $2, updated_at_ms = $2,
  updated_by = 'account/vouch'
where id = $1 and state in ('invited', 'active')
