-- intent/waiting: how many stand where nobody has the last word, since when at the oldest.
select standing, count(*) as many, min(coalesce(unknown_since_ms, asked_at_ms)) as since_ms
from intent where standing in ('queued', 'sending', 'unknown') group by standing
