-- allocation/clear: nobody works on these doctors.
-- $1 rows: JSON array of [gmc_number]
delete from allocation where gmc_number in (select value ->> 0 from json_each($1))
