-- A second wall around doctors: where a transaction says whose eyes it reads for, PostgreSQL shows it no other rows. The file
-- beside this one builds it; SQLite has nothing of the kind, and there the statements' own filters stand alone.
select 1;
