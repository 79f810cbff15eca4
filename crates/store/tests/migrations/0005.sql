-- What version 5 knows beyond version 4: the log of a run, of which something was left out.
insert into run_log values ('run-1', 1, 1, 900, 'info', 'attempt 1 begins on node-1', 26, 0, 0);
insert into run_log values ('run-1', 2, 1, 910, 'cut', '', 26, 12, 3400);
