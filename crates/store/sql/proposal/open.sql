-- proposal/open: what waits for a second person, oldest first.
-- $1 now_ms
select p.id, p.kind, p.account, a.name, p.wish, p.asked_by, p.reason, p.ends_at_ms, p.created_at_ms
from proposal p join account a on a.id = p.account
where p.state = 'open' and p.ends_at_ms > $1 order by p.created_at_ms, p.id
