-- What version 9 knows beyond version 8: a disagreement that data have resolved.
insert into discrepancy values ('9000001', 'transfer', 900, 1000, 1050, 1100, 1);
