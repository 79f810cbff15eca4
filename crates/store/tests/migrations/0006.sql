-- What version 6 knows beyond version 5: a wish to the GMC that waits, and its one step.
insert into intent (id, wish, family, gmc_number, body, from_body, batch, fields, fields_sha256, standing, asked_by, reason,
  asked_at_ms)
values ('intent-1', 'disconnect', 'connection', '9000002', '1-AIIDWT', '1-AIIDWT', 'batch-1', '{}', 'abc', 'queued', 'os:ana',
  'left the region', 2600);
insert into intent_step values ('intent-1', 1, 'queued', 'person', 'os:ana', 'wished', null, 2600);
