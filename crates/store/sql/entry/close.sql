-- entry/close: end the current versions of these doctors on one list.
-- $1 list text   $2 snapshot bigint   $3 GMC numbers as a JSON array of one-element arrays
update entry set to_snapshot = $2
where list = $1 and to_snapshot is null and gmc_number in (select value ->> 0 from json_each($3))
