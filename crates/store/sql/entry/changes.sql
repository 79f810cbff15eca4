-- entry/changes: both sides of whatever moved on a list since a snapshot, the earlier first, in order of GMC number.
-- $1 list text   $2 base_snapshot bigint
select gmc_number, cast(0 as bigint) as is_after, content from entry
where list = $1 and to_snapshot > $2 and from_snapshot <= $2
union all
select gmc_number, cast(1 as bigint) as is_after, content from entry
where list = $1 and from_snapshot > $2 and to_snapshot is null
order by gmc_number, is_after
