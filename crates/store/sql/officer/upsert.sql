-- officer/upsert: a body's responsible officer; the one before is replaced.
-- $1 body  $2 gmc_number  $3 surname  $4 phone  $5 user_name  $6 email  $7 now_ms  $8 actor
insert into officer (body, gmc_number, surname, phone, user_name, email, updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (body) do update set gmc_number = excluded.gmc_number, surname = excluded.surname, phone = excluded.phone,
  user_name = excluded.user_name, email = excluded.email, updated_at_ms = excluded.updated_at_ms, updated_by = excluded.updated_by
