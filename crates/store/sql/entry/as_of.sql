-- entry/as_of: one list as it stood in a snapshot, in order of GMC number.
-- $1 list text   $2 snapshot bigint
select gmc_number, presence, since_ms, content from entry
where list = $1 and from_snapshot <= $2 and (to_snapshot is null or to_snapshot > $2) order by gmc_number
