-- letter_wish/put: somebody wants letters, to this address.
-- $1 account  $2 email  $3 now_ms  $4 actor
insert into letter_wish (account, email, updated_at_ms, updated_by) values ($1, $2, $3, $4)
on conflict (account) do update set email = excluded.email, updated_at_ms = excluded.updated_at_ms, updated_by = excluded.updated_by
