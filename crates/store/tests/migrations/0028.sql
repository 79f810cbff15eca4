-- What version 28 knows beyond version 27: recommendations of a service before ours, with and without the GMC's id.
insert into past_recommendation values ('d-1', '9000001', 'GMC-1', '{}', 5000, 'os:ana');
insert into past_recommendation values ('d-2', '9000001', null, '{}', 5000, 'os:ana');
