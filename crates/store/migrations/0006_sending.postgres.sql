-- Differs because a trigger of SQLite says what it does itself, and one of PostgreSQL calls a function.
-- The edges are those of domain::sending::EDGES; a test tries them all.
create function intent_born() returns trigger language plpgsql as $$
begin
  if new.standing <> 'queued' or new.sends <> 0 or new.grants <> 0 then
    raise exception 'an intent is born in the queue';
  end if;
  return new;
end $$;
create function intent_edge() returns trigger language plpgsql as $$
begin
  if new.standing <> old.standing and not (
    (old.standing = 'queued' and new.standing in ('sending', 'abandoned'))
    or (old.standing = 'sending' and new.standing in ('queued', 'accepted', 'rejected', 'unknown'))
    or (old.standing = 'unknown' and new.standing in ('accepted', 'rejected', 'queued', 'abandoned'))) then
    raise exception 'an intent has no way from where it stands to there';
  end if;
  return new;
end $$;
create function intent_words() returns trigger language plpgsql as $$
begin
  raise exception 'what was wished is never changed';
end $$;
create function intent_step_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a step is never changed or taken back';
end $$;
create trigger intent_born before insert on intent for each row execute function intent_born();
create trigger intent_edge before update of standing on intent for each row execute function intent_edge();
create trigger intent_words before update of fields, wish, gmc_number, body, batch, asked_by on intent
  for each row execute function intent_words();
create trigger intent_step_kept before update or delete on intent_step for each row execute function intent_step_kept();
