-- What version 8 knows beyond version 7: people, what they may do, who is there, and who guessed.
insert into account values ('account-1', 'amira', 'person', 'active', '$argon2id$made-up', 'KRSXG5CT', 59, 3000, 2000, 3000, 'account/use_code');
insert into account values ('account-2', 'ben', 'person', 'invited', null, null, 0, null, 2000, 2000, 'os:ana');
insert into account_grant values ('grant-1', 'account-1', 'approver', '["1-AIIDWT"]', 'yes', '2027-01-31', 'os:ana', 'os:ben', null, null, 2000, 2000, 'os:ben');
insert into account_grant values ('grant-2', 'account-1', 'auditor', '[]', 'no', null, 'os:ana', 'os:ben', 2500, 'os:ana', 2000, 2500, 'os:ana');
insert into proposal values ('proposal-1', 'grant', 'account-2', '{"role":"observer","bodies":["1-AIIDWT"],"sensitive":false,"ends":null}', 'open', 'os:ana', 'she joins us', null, null, 9000000, 2600, 2600, 'os:ana');
insert into proposal values ('proposal-2', 'reset', 'account-1', '{}', 'refused', 'os:ana', 'a lost telephone', 'os:ben', 2700, 9000000, 2600, 2700, 'os:ben');
insert into invitation values ('made-up-hash', 'account-2', 'KRSXG5CT', 9000000, null, 2000, 2000, 'os:ana');
insert into session values ('session-1', 'another-made-up-hash', 'account-1', 3000, 3600, 903000, null, 'session/note');
insert into guess values ('address/192.0.2.1', '[2900]', 1, 3000, 3000, 'guess/put');
insert into subject values ('9000001', 'subject-1');
