-- proposal/insert: one person asks; another decides.
-- $1 id  $2 kind  $3 account  $4 wish  $5 asked_by  $6 reason  $7 ends_at_ms  $8 now_ms
insert into proposal (id, kind, account, wish, state, asked_by, reason, ends_at_ms, created_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $8, $5)
