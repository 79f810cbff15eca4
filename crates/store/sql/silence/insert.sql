-- silence/insert: hold back notices until an end.
-- $1 id  $2 matches  $3 value  $4 reason  $5 created_by  $6 starts_at_ms  $7 ends_at_ms  $8 now_ms
insert into silence (id, matches, value, reason, created_by, starts_at_ms, ends_at_ms, created_at_ms, updated_at_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
