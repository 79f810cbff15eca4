-- play_step/finish: a step is done, and what was seen afterwards.
-- $1 play_id  $2 number  $3 evidence  $4 now_ms  $5 actor
update play_step set ended_at_ms = $4, evidence = $3, updated_by = $5 where play_id = $1 and number = $2
