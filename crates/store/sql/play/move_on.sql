-- play/move_on: a play stands somewhere else, if it stood where it was thought to.
-- $1 id  $2 state before  $3 state  $4 confirmed_by  $5 now_ms  $6 actor
update play set state = $3, confirmed_by = case when $4 = '' then confirmed_by else $4 end, updated_at_ms = $5, updated_by = $6
where id = $1 and state = $2
