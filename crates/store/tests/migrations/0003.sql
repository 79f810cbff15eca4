-- What version 3 knows beyond version 2: the life of an alert, its notices, a silence, a channel and a watcher.
update alert set version = 3, job = 'gmc-sync', env = 'test', bodies = '["1-AIIDWT"]', remedy = 'Decide.', action_label = 'See it',
  action_url = '/holds', last_good_at_ms = 1200, build = '0.1.0', config_hash = 'abc', since_ms = 2000, seen_at_ms = 2500,
  evidence = 'hold-2', announced_at_ms = 2000 where id = 'alert-1';
insert into flip values ('alert-1', 1, 'opened', 'The update waits for a person.', 'run-2', 'watch', 2000);
insert into flip values ('alert-1', 2, 'noted', 'We know.', null, 'os:ana', 2300);
insert into notification values ('notice-1', 'alert-1', 'alert-1', 'chat', 'opened', 1, 'batch-1', 'page', '{}', null, null, 'sent', 1,
  2000, null, null, null, '200', 2010, 2000, 2010, 'sent');
insert into notification values ('notice-2', null, 'test/1970-01-01', 'chat', 'test', 1, 'batch-2', 'notice', '{}', null, null,
  'waiting', 0, 5000, null, null, null, '', null, 2000, 2000, 'insert');
insert into silence values ('silence-1', 'job', 'gmc-sync', 'an upgrade', 'os:ana', 2000, 9000, null, 2000, 2000);
insert into channel_health values ('chat', 'well', 1000, 2010, null, 0, '200', '', null, 2010, 'well');
insert into watcher values ('node-1/watch', 1000, 2500, 'ok', '0.1.0', 'abc', 'beat');
