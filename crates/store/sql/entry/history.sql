-- entry/history: all versions of one doctor on any list, newest first, with when they were published.
-- $1 GMC number text
select e.list, e.gmc_number, e.from_snapshot, e.to_snapshot, e.presence, e.since_ms, e.content,
  s.published_at_ms, s.data_as_of_ms, s.kind, s.updated_by, t.published_at_ms as ended_at_ms
from entry e
join snapshot s on s.list = e.list and s.number = e.from_snapshot
left join snapshot t on t.list = e.list and t.number = e.to_snapshot
where e.gmc_number = $1
order by s.published_at_ms desc, e.list, e.from_snapshot desc
