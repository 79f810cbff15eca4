-- doctor/insert_claims: which bodies TIS claims doctors for.
-- $1 JSON array of [gmc_number, body]
insert into claim (gmc_number, body) select value ->> 0, value ->> 1 from json_each($1)
