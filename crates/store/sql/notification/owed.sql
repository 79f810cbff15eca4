-- notification/owed: alerts that nobody has been told of by any channel, although it was tried or time enough has gone.
-- $1 ms: written by then
select count(distinct n.about) as alerts, min(n.created_at_ms) as oldest_ms,
  count(case when n.severity = 'page' then 1 end) as pages
from notification n
where n.state in ('waiting', 'failed') and n.kind <> 'test' and (n.attempts > 0 or n.created_at_ms <= $1)
  and not exists (select 1 from notification o
    where o.about = n.about and o.kind = n.kind and o.sequence = n.sequence and o.state = 'sent')
