-- What version 21 knows beyond version 20: a code on paper, and one that was used.
insert into recovery_code values ('account-1', 'a-hash', null, 3000, 3000, 'user:amira');
insert into recovery_code values ('account-1', 'another-hash', 3500, 3000, 3500, 'recovery_code/use');
