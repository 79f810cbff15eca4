-- alert/raise: open an alert, or add a flip to the one that is open under its key.
-- $1 id  $2 key  $3 kind  $4 severity  $5 list  $6 run_id  $7 hold_id  $8 doctors_affected  $9 sentence  $10 cause
-- $11 next_action  $12 now_ms
insert into alert (id, key, kind, severity, state, list, run_id, hold_id, doctors_affected, sentence, cause, next_action,
  times, opened_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10, $11, 1, $12, $12, 'alert/raise')
on conflict (key) where state in ('open', 'acknowledged') do update set
  version = alert.version + 1, times = alert.times + 1, run_id = excluded.run_id, hold_id = excluded.hold_id, sentence = excluded.sentence,
  doctors_affected = excluded.doctors_affected, cause = excluded.cause, next_action = excluded.next_action,
  updated_at_ms = excluded.updated_at_ms
