-- What version 2 knows beyond version 1: runs ahead of their hour, one under a lease, one that makes good a missed one.
update run set records = 3, worked_ms = 300 where id = 'run-1';
update run set lease_owner = 'node-1', lease_until_ms = 33000, fence = 2 where id = 'run-3';
insert into run (id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms,
  finish_by_ms, created_at_ms, updated_at_ms, updated_by)
values ('run-4', 'gmc-sync', 'scheduled', '1970-01-02T00:05#1', 'due', '', 'scheduler', '0.1.0', 'abc', 83100000, 83400000,
  90000000, 3000, 3000, 'run/plan');
insert into run (id, job, kind, scheduled_for, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms,
  finish_by_ms, created_at_ms, updated_at_ms, updated_by)
values ('run-5', 'tis-enrich', 'scheduled', '1970-01-01T00:05#1', 'due', '', 'scheduler', '0.1.0', 'abc', 300, 600, 700, 100, 100,
  'run/plan');
update run set state = 'missed', reason = 'nobody began it by its deadline', ended_at_ms = 601 where id = 'run-5';
insert into run (id, job, kind, state, reason, requested_by, build, config_hash, due_at_ms, start_by_ms, finish_by_ms, makes_good,
  created_at_ms, updated_at_ms, updated_by)
values ('run-6', 'tis-enrich', 'catch_up', 'due', '', 'scheduler', '0.1.0', 'abc', 601, 9000, 9900, '1970-01-01T00:05#1', 601, 601,
  'run/make_good');
