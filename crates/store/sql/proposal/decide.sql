-- proposal/decide: a second person's word. The guard lets one decision through.
-- $1 id  $2 state  $3 decided_by  $4 now_ms
update proposal set state = $2, decided_by = $3, decided_at_ms = $4, updated_at_ms = $4, updated_by = $3
where id = $1 and state = 'open' and ends_at_ms > $4
