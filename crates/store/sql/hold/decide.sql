-- hold/decide: a person's word. The guard lets one decision through.
-- $1 id  $2 state  $3 decided_by  $4 reason  $5 now_ms
update hold set state = $2, decided_by = $3, decided_reason = $4, decided_at_ms = $5, updated_at_ms = $5, updated_by = $3
where id = $1 and state in ('open', 'proposed')
