-- recommendation/unread: open ones of which the GMC's last word is none that we know; since when at the oldest.
select count(*) as many, min(a.at_ms) as since_ms
from recommendation r join recommendation_answer a on a.recommendation_id = r.id
where r.closed_at_ms is null and a.outcome = 'unrecognised' and a.number = (
  select max(n.number) from recommendation_answer n where n.recommendation_id = r.id and n.outcome is not null)
