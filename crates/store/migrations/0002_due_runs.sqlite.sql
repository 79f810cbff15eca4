-- Differs because a trigger of SQLite says what it does itself, and one of PostgreSQL calls a function.
-- The edges are those of domain::run::RunState::may_become; a test tries them all.
create trigger run_born before insert on run
when new.state not in ('due', 'running', 'skipped')
begin
  select raise(abort, 'a run is not born in this state');
end;
create trigger run_edge before update of state on run
when new.state <> old.state and not (
  (old.state = 'due' and new.state in ('running', 'missed', 'skipped', 'cancelled'))
  or (old.state = 'running' and new.state in ('succeeded', 'suspect', 'failed', 'cancelled')))
begin
  select raise(abort, 'a run has no way from its state to this one');
end;
