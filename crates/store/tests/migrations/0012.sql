-- What version 12 knows beyond version 11: a staged doctor is a number alone.
insert into rebuild_row (rebuild_id, gmc_number) values ('rebuild-2', '9000002');
