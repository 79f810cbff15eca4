-- What version 25 knows beyond version 24: a wish that is settled, and whose words are forgotten.
insert into intent (id, wish, family, gmc_number, body, from_body, batch, fields, fields_sha256, standing, asked_by, reason,
  asked_at_ms)
values ('intent-25', 'connect', 'connection', '9000005', '1-AIIDWT', null, 'batch-25', '{"a":1}', 'abd', 'queued', 'os:ana',
  'began here', 2600);
update intent set standing = 'abandoned', settled_at_ms = 2700 where id = 'intent-25';
update intent set fields = '' where id = 'intent-25';
