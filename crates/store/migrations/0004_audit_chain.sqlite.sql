-- Differs because a trigger of SQLite says what it does itself, and one of PostgreSQL calls a function.
create trigger audit_follows before insert on audit
when not exists (select 1 from audit_head where seq = new.seq and hash = new.prev_hash) or new.hash is null
begin
  select raise(abort, 'an audit row follows the head of the chain');
end;
create trigger audit_not_changed before update on audit
begin
  select raise(abort, 'an audit row is not changed');
end;
create trigger audit_not_deleted before delete on audit
begin
  select raise(abort, 'an audit row is not deleted');
end;
create trigger audit_head_rises before update on audit_head
when new.seq not in (old.seq, old.seq + 1)
begin
  select raise(abort, 'the head of the audit goes one row forward at a time');
end;
create trigger audit_head_stays before delete on audit_head
begin
  select raise(abort, 'the audit has a head');
end;
