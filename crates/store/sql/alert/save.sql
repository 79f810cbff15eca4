-- alert/save: write an alert back as it now is; nothing if somebody changed it since it was read.
-- $1 id  $2 version as read  $3 severity  $4 state  $5 bodies  $6 run_id  $7 hold_id  $8 doctors_affected  $9 sentence
-- $10 cause  $11 remedy  $12 next_action  $13 action_label  $14 action_method  $15 action_url  $16 last_good_at_ms  $17 build
-- $18 config_hash  $19 seen_at_ms  $20 evidence  $21 times  $22 owner  $23 acknowledged_at_ms  $24 recovered_at_ms
-- $25 resolved_at_ms  $26 resolved_why  $27 is_flapping  $28 announced_at_ms  $29 reminded_at_ms  $30 escalated
-- $31 explained_by  $32 now_ms  $33 job  $34 env
update alert set version = version + 1, severity = $3, state = $4, bodies = $5, run_id = $6, hold_id = $7,
  doctors_affected = $8, sentence = $9, cause = $10, remedy = $11, next_action = $12, action_label = $13, action_method = $14,
  action_url = $15, last_good_at_ms = $16, build = $17, config_hash = $18, seen_at_ms = $19, evidence = $20, times = $21,
  owner = $22, acknowledged_at_ms = $23, recovered_at_ms = $24, resolved_at_ms = $25, resolved_why = $26, is_flapping = $27,
  announced_at_ms = $28, reminded_at_ms = $29, escalated = $30, explained_by = $31, updated_at_ms = $32,
  updated_by = 'alert/save', job = $33, env = $34
where id = $1 and version = $2
