-- doctor/delete: neither the GMC nor TIS says anything of these doctors any more; their history stays.
-- $1 GMC numbers as a JSON array of one-element arrays
delete from doctor where gmc_number in (select value ->> 0 from json_each($1))
