-- entry/digest: what the current entries say, in order.
select list, gmc_number, presence, content from entry where to_snapshot is null order by list, gmc_number
