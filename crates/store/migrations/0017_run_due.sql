-- What is due is found in the order in which it is due, however much of it there is.
create index run_due on run (due_at_ms, id) where state = 'due';
