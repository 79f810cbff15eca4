-- Differs because a trigger of SQLite says what it does itself, and one of PostgreSQL calls a function.
-- The words of a wish that is settled may be forgotten; their digest stays. Nothing else of a wish is ever changed.
drop trigger intent_words;
create trigger intent_words before update of fields, wish, gmc_number, body, batch, asked_by on intent
when new.wish <> old.wish or new.gmc_number <> old.gmc_number or new.body <> old.body or new.batch <> old.batch
  or new.asked_by <> old.asked_by
  or (new.fields <> old.fields and not (new.fields = '' and old.standing in ('accepted', 'rejected', 'abandoned')))
begin
  select raise(abort, 'what was wished is never changed');
end;
create trigger intent_digest before update of fields_sha256 on intent
begin
  select raise(abort, 'the digest of what was wished is never changed');
end;
