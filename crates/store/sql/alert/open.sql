-- alert/open: open what the watch found; nothing where one is open under the key.
-- $1 id  $2 key  $3 kind  $4 severity  $5 job  $6 list  $7 env  $8 bodies  $9 run_id  $10 hold_id  $11 doctors_affected
-- $12 sentence  $13 cause  $14 remedy  $15 next_action  $16 action_label  $17 action_method  $18 action_url
-- $19 last_good_at_ms  $20 build  $21 config_hash  $22 since_ms  $23 evidence  $24 explained_by  $25 now_ms
-- $26 is_flapping  $27 announced_at_ms
insert into alert (id, key, kind, severity, state, job, list, env, bodies, run_id, hold_id, doctors_affected, sentence,
  cause, remedy, next_action, action_label, action_method, action_url, last_good_at_ms, build, config_hash, since_ms, evidence,
  explained_by, times, seen_at_ms, opened_at_ms, updated_at_ms, updated_by, is_flapping, announced_at_ms)
values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
  $22, $23, $24, 1, $25, $25, $25, 'alert/open', $26, $27)
on conflict (key) where state in ('open', 'acknowledged') do nothing
