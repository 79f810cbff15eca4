-- audit/insert: who did what to what, on whose behalf and why, after the row before it; in the transaction of the change.
-- $1 id  $2 at_ms  $3 actor  $4 behalf  $5 action  $6 object  $7 reason  $8 detail  $9 seq  $10 prev_hash  $11 hash
insert into audit (id, at_ms, actor, behalf, action, object, reason, detail, seq, prev_hash, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
