-- play/insert: somebody wants a procedure carried out.
-- $1 id  $2 procedure  $3 recipe  $4 plan_hash  $5 plan  $6 state  $7 asked_by  $8 reason  $9 now_ms
insert into play (id, procedure, recipe, plan_hash, plan, state, asked_by, confirmed_by, reason, asked_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $6, $7, '', $8, $9, $9, $7)
