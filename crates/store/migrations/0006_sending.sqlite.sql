-- Differs because a trigger of SQLite says what it does itself, and one of PostgreSQL calls a function.
-- The edges are those of domain::sending::EDGES; a test tries them all.
create trigger intent_born before insert on intent
when new.standing <> 'queued' or new.sends <> 0 or new.grants <> 0
begin
  select raise(abort, 'an intent is born in the queue');
end;
create trigger intent_edge before update of standing on intent
when new.standing <> old.standing and not (
  (old.standing = 'queued' and new.standing in ('sending', 'abandoned'))
  or (old.standing = 'sending' and new.standing in ('queued', 'accepted', 'rejected', 'unknown'))
  or (old.standing = 'unknown' and new.standing in ('accepted', 'rejected', 'queued', 'abandoned')))
begin
  select raise(abort, 'an intent has no way from where it stands to there');
end;
create trigger intent_words before update of fields, wish, gmc_number, body, batch, asked_by on intent
begin
  select raise(abort, 'what was wished is never changed');
end;
create trigger intent_step_kept before update on intent_step
begin
  select raise(abort, 'a step is never changed');
end;
create trigger intent_step_stays before delete on intent_step
begin
  select raise(abort, 'a step is never taken back');
end;
