-- flip/insert: one step in the life of an alert.
-- $1 alert_id  $2 what  $3 sentence  $4 run_id  $5 actor  $6 at_ms
insert into flip (alert_id, number, what, sentence, run_id, actor, at_ms)
select cast($1 as text), coalesce(max(number), 0) + 1, cast($2 as text), cast($3 as text), cast($4 as text), cast($5 as text),
  cast($6 as bigint) from flip where alert_id = $1
returning number
