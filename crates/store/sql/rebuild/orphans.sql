-- rebuild/orphans: joined rows of doctors that no list names.
-- $1 after GMC number text   $2 how many bigint
select d.gmc_number from doctor d
where d.gmc_number > $1 and not exists (select 1 from entry e where e.gmc_number = d.gmc_number and e.to_snapshot is null)
order by d.gmc_number limit $2
