-- What version 29 knows beyond version 28: a procedure of which one step is done.
insert into play values ('play-1', 'rebuild-view', 'r', 'h', '{}', 'applying', 'os:ana', '', 'a rule has changed', 1000, 2000, 'os:ana');
insert into play_step values ('play-1', 0, 'swap', 1000, null, '', 'os:ana');
