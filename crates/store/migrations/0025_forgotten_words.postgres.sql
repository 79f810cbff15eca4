-- Differs because a trigger of SQLite says what it does itself, and one of PostgreSQL calls a function.
-- The words of a wish that is settled may be forgotten; their digest stays. Nothing else of a wish is ever changed.
create or replace function intent_words() returns trigger language plpgsql as $$
begin
  if new.wish <> old.wish or new.gmc_number <> old.gmc_number or new.body <> old.body or new.batch <> old.batch
    or new.asked_by <> old.asked_by
    or (new.fields <> old.fields and not (new.fields = '' and old.standing in ('accepted', 'rejected', 'abandoned'))) then
    raise exception 'what was wished is never changed';
  end if;
  return new;
end $$;
create function intent_digest() returns trigger language plpgsql as $$
begin
  raise exception 'the digest of what was wished is never changed';
end $$;
create trigger intent_digest before update of fields_sha256 on intent for each row execute function intent_digest();
