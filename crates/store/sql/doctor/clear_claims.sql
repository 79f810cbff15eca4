-- doctor/clear_claims: before these doctors' claims are written anew.
-- $1 GMC numbers as a JSON array of one-element arrays
delete from claim where gmc_number in (select value ->> 0 from json_each($1))
