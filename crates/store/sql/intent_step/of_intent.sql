-- intent_step/of_intent: the life of an intent, in order.
-- $1 intent_id
select number, standing, mover, actor, sentence, code, at_ms from intent_step where intent_id = $1 order by number
