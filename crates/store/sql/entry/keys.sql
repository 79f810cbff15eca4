-- entry/keys: every doctor on any list, once, in order; for rebuilding the joined rows.
-- $1 after GMC number text   $2 how many bigint
select distinct gmc_number from entry where to_snapshot is null and gmc_number > $1 order by gmc_number limit $2
