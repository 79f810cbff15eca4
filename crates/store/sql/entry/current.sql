-- entry/current: one list as it stands, in order of GMC number.
-- $1 list text
select gmc_number, presence, since_ms, content from entry
where list = $1 and to_snapshot is null order by gmc_number
