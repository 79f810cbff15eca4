-- notification/unheard: what a channel has owed for long, or owes while it has been failing for long, and no other was told.
-- $1 ms: long ago
select n.id, n.alert_id, n.about, n.channel, n.kind, n.sequence, n.batch, n.severity, n.message, n.to_person, n.stands_in_for,
  n.state, n.attempts, n.next_try_at_ms, n.first_failed_at_ms, n.last_answer, n.delivered_at_ms, n.created_at_ms
from notification n
where n.state in ('waiting', 'failed') and n.kind <> 'test' and n.stands_in_for is null
  and (n.created_at_ms <= $1 or exists (select 1 from channel_health h
    where h.channel = n.channel and h.state = 'failing' and h.since_ms <= $1))
  and not exists (select 1 from notification o
    where o.about = n.about and o.kind = n.kind and o.sequence = n.sequence and o.channel <> n.channel)
order by n.created_at_ms, n.id
