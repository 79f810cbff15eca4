-- settings_state/save: what a node runs on, and what its file says.
-- $1 node  $2 running  $3 written  $4 problem  $5 since_ms
insert into settings_state (node, running, written, problem, since_ms, updated_by)
values ($1, $2, $3, $4, $5, 'settings_state/save')
on conflict (node) do update set running = excluded.running, written = excluded.written, problem = excluded.problem,
  since_ms = excluded.since_ms
