-- What version 7 knows beyond version 6: a list counted again after its run.
insert into recount values ('run-1', '1-AIIDWT', 1150, 3, 2, 'explained', '1 records were received and not processed');
