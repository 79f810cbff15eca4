-- entry/count: doctors on a list as it stands, counted row by row, and those of them who are not confirmed.
-- $1 list text
select count(*) as doctors, cast(coalesce(sum(case when presence = 'not_confirmed' then 1 else 0 end), 0) as bigint) as not_confirmed
from entry where list = $1 and to_snapshot is null
