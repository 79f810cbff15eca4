-- account/use_code: a code is used; none of this step or an earlier one is taken again.
-- $1 id  $2 step  $3 now_ms
update account set code_step = $2, signed_in_at_ms = $3, updated_at_ms = $3, updated_by = 'account/use_code'
where id = $1 and state = 'active' and code_step < $2
