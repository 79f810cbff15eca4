-- What version 30 knows beyond version 29: a program that does something, and what it was told of it.
insert into receipt values ('aa11', 'token-1', 'bb22', 'try-1', '{"done":[]}', 1000, 1000, 'receipt/settle');
