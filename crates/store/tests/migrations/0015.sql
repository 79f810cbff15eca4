-- What version 15 knows beyond version 14: a program that reads on somebody's behalf.
insert into api_token values ('token-1', 'a-made-up-hash', 'account-1', 'nightly-report', '["1-AIIDWT"]', 'no', 9000000, 3600, null, 3000, 3600, 'api_token/note');
