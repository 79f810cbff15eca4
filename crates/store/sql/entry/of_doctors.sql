-- entry/of_doctors: every current entry about these doctors, on any list.
-- $1 GMC numbers as a JSON array of one-element arrays
select list, gmc_number, from_snapshot, presence, since_ms, content from entry
where to_snapshot is null and gmc_number in (select value ->> 0 from json_each($1))
order by gmc_number, list
