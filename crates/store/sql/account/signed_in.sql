-- account/signed_in: somebody in use has come in by a code on paper.
-- $1 id  $2 now_ms
update account set signed_in_at_ms = $2, updated_at_ms = $2, updated_by = 'account/signed_in' where id = $1 and state = 'active'
