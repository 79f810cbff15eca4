-- discrepancy_work/clear: nobody looks into the disagreements about these doctors.
-- $1 GMC numbers as a JSON array of one-element arrays
delete from discrepancy_work where gmc_number in (select value ->> 0 from json_each($1))
