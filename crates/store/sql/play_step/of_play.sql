-- play_step/of_play: the steps that were begun, in order.
-- $1 play_id
select number, name, began_at_ms, ended_at_ms, evidence from play_step where play_id = $1 order by number
