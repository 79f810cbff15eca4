-- parity/save: how another instance differs from this one.
-- $1 instance  $2 compared_at_ms  $3 since_ms  $4 undeclared  $5 content
insert into parity (instance, compared_at_ms, since_ms, undeclared, content, updated_by)
values ($1, $2, $3, $4, $5, 'parity/save')
on conflict (instance) do update set compared_at_ms = excluded.compared_at_ms, since_ms = excluded.since_ms,
  undeclared = excluded.undeclared, content = excluded.content
