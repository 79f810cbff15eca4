-- Paths by which lists are read: each body's rows in the orders that people ask for, counts without a look at the rows, and what
-- began or ended in a night.
create index doctor_by_body_due on doctor (body, due_key, gmc_number);
create index doctor_by_kind on doctor (body, discrepancy, name_key, gmc_number);
drop index doctor_by_discrepancy;
create index entry_begun on entry (list, from_snapshot);
create index entry_ended on entry (list, to_snapshot) where to_snapshot is not null;
