-- What version 11 knows beyond version 10: a run that does another again.
insert into run (id, job, kind, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms, repeats,
  created_at_ms, updated_at_ms, updated_by)
values ('run-7', 'tis-enrich', 'catch_up', 'due', '', 'scheduler', '0.1.0', 'abc', 4000, 9000, 9900, 'run-5', 4000, 4000,
  'run/repeat');
