-- What version 31 knows beyond version 30: somebody who wants letters, and one that waits.
insert into letter_wish values ('account-1', 'ana@example.org', 5000, 'user:ana');
insert into letter values ('account-1', 'recommendation-1', 'waiting', 1, 6000, 'no connection', 5000, null);
