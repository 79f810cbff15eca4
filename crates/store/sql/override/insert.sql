-- override/insert: something is different for a while.
-- $1 id  $2 what  $3 owner  $4 reason  $5 answers  $6 starts_at_ms  $7 ends_at_ms  $8 now_ms  $9 actor
insert into override (id, what, owner, reason, answers, starts_at_ms, ends_at_ms, created_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
