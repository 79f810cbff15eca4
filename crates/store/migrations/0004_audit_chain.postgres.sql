-- Differs because a trigger of SQLite says what it does itself, and one of PostgreSQL calls a function.
create function audit_follows() returns trigger language plpgsql as $$
begin
  if new.hash is null or not exists (select 1 from audit_head where seq = new.seq and hash = new.prev_hash) then
    raise exception 'an audit row follows the head of the chain';
  end if;
  return new;
end $$;
create function audit_stands() returns trigger language plpgsql as $$
begin
  raise exception 'an audit row is not changed and not deleted, and the audit has a head';
end $$;
create function audit_head_rises() returns trigger language plpgsql as $$
begin
  if new.seq not in (old.seq, old.seq + 1) then
    raise exception 'the head of the audit goes one row forward at a time';
  end if;
  return new;
end $$;
create trigger audit_follows before insert on audit for each row execute function audit_follows();
create trigger audit_stands before update or delete on audit for each row execute function audit_stands();
create trigger audit_not_emptied before truncate on audit for each statement execute function audit_stands();
create trigger audit_head_rises before update on audit_head for each row execute function audit_head_rises();
create trigger audit_head_stays before delete on audit_head for each row execute function audit_stands();
create trigger audit_head_not_emptied before truncate on audit_head for each statement execute function audit_stands();
