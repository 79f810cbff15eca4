-- What version 10 knows beyond version 9: an override, and a run that it took away.
insert into override values ('override-1', '{"kind":"pause","job":"gmc-sync"}', 'os:ana', 'an upgrade', 'held:1-AIIDWT', 3000, 90000,
  null, '', 3000, 3000, 'os:ana');
update run set state = 'skipped', paused_by = 'override-1', reason = 'paused by os:ana: an upgrade', ended_at_ms = 4000
where id = 'run-4';
