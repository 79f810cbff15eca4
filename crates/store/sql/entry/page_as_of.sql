-- entry/page_as_of: one page of a list as it stood in a snapshot.
-- $1 list text   $2 snapshot bigint   $3 after GMC number text   $4 how many bigint
select gmc_number, presence, since_ms, content from entry
where list = $1 and from_snapshot <= $2 and (to_snapshot is null or to_snapshot > $2) and gmc_number > $3
order by gmc_number limit $4
