-- notification/move_on: what an alert's next step makes moot, unless somebody has it in hand.
-- $1 alert_id  $2 from state: waiting, failed or held_back  $3 to state: waiting, held_back or moot  $4 store::now ms  $5 now_ms
update notification set state = $3, next_try_at_ms = $5, updated_at_ms = $5, updated_by = 'notification/move_on'
where alert_id = $1 and state = $2 and (claimed_until_ms is null or claimed_until_ms <= $4)
