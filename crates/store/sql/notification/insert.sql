-- notification/insert: one message to one channel, told once for each step of an alert.
-- $1 id  $2 alert_id  $3 about  $4 channel  $5 kind  $6 sequence  $7 batch  $8 severity  $9 message  $10 to_person
-- $11 stands_in_for  $12 state  $13 next_try_at_ms  $14 now_ms
insert into notification (id, alert_id, about, channel, kind, sequence, batch, severity, message, to_person, stands_in_for,
  state, attempts, next_try_at_ms, last_answer, created_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, '', $14, $14, 'notification/insert')
on conflict (about, channel, kind, sequence) do nothing
