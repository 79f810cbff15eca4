-- play/newest: the newest play of a procedure.
-- $1 procedure
select id, recipe, plan_hash, plan, state, asked_by, confirmed_by, reason from play where procedure = $1
order by asked_at_ms desc, id desc limit 1
