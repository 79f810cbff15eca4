-- run/ask: a run that somebody asks for, to be begun by whoever may; no row where one waits already.
-- $1 id  $2 job  $3 requested_by  $4 build  $5 config_hash  $6 now_ms  $7 start_by_ms  $8 finish_by_ms
insert into run (id, job, kind, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms,
  created_at_ms, updated_at_ms, updated_by)
values ($1, $2, 'manual', 'due', '', $3, $4, $5, $6, $7, $8, $6, $6, 'run/ask')
on conflict do nothing
