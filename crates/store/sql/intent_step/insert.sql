-- intent_step/insert: one step of an intent.
-- $1 intent_id  $2 standing  $3 mover  $4 actor  $5 sentence  $6 code  $7 at_ms
insert into intent_step (intent_id, number, standing, mover, actor, sentence, code, at_ms)
select cast($1 as text), coalesce(max(number), 0) + 1, cast($2 as text), cast($3 as text), cast($4 as text), cast($5 as text),
  cast($6 as text), cast($7 as bigint) from intent_step where intent_id = $1
