-- account/insert: somebody who may come in once they have taken up their invitation, or by a link of the demo.
-- $1 id  $2 name  $3 kind  $4 state  $5 now_ms  $6 actor
insert into account (id, name, kind, state, code_step, created_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, 0, $5, $5, $6)
on conflict (name) do nothing
