-- entry/current: part of one list as it stands, in order of GMC number, as lines in one row: a row for each entry costs
-- the embedded store a hand-over between threads for each.
-- $1 list text   $2 after GMC number text   $3 how many bigint   $4 tab   $5 line feed
select max(gmc_number) as last, string_agg(
  gmc_number || cast($4 as text) || presence || cast($4 as text) || cast(since_ms as text) || cast($4 as text) || content,
  cast($5 as text) order by gmc_number) as lines
from (
  select gmc_number, presence, since_ms, content from entry
  where list = $1 and to_snapshot is null and gmc_number > $2 order by gmc_number limit $3
) part
