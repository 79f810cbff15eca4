-- run/repeat: a run that does another again, once.
-- $1 id  $2 job  $3 build  $4 config_hash  $5 id of the run done again  $6 now_ms  $7 start_by_ms  $8 finish_by_ms
insert into run (id, job, kind, state, reason, requested_by, build, config_hash, repeats, due_at_ms, start_by_ms, finish_by_ms,
  created_at_ms, updated_at_ms, updated_by)
values ($1, $2, 'catch_up', 'due', '', 'scheduler', $3, $4, $5, $6, $7, $8, $6, $6, 'run/repeat')
on conflict (job, repeats) do nothing
