-- audit/insert: who did what to what, and why; in the transaction of the change.
-- $1 id  $2 now_ms  $3 actor  $4 action  $5 object  $6 reason  $7 detail
insert into audit (id, at_ms, actor, action, object, reason, detail) values ($1, $2, $3, $4, $5, $6, $7)
