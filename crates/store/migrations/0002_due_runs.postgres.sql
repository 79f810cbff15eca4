-- Differs because a trigger of SQLite says what it does itself, and one of PostgreSQL calls a function.
-- The edges are those of domain::run::RunState::may_become; a test tries them all.
create function run_born() returns trigger language plpgsql as $$
begin
  if new.state not in ('due', 'running', 'skipped') then
    raise exception 'a run is not born in this state';
  end if;
  return new;
end $$;
create function run_edge() returns trigger language plpgsql as $$
begin
  if new.state <> old.state and not (
    (old.state = 'due' and new.state in ('running', 'missed', 'skipped', 'cancelled'))
    or (old.state = 'running' and new.state in ('succeeded', 'suspect', 'failed', 'cancelled'))) then
    raise exception 'a run has no way from its state to this one';
  end if;
  return new;
end $$;
create trigger run_born before insert on run for each row execute function run_born();
create trigger run_edge before update of state on run for each row execute function run_edge();
