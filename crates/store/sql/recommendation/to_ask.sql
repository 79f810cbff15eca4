-- recommendation/to_ask: those the GMC has taken and not decided, whose time to be asked about has come.
-- $1 now_ms  $2 how many bigint
select r.id, r.gmc_number, r.body, r.words, r.based_on, r.version, r.drafted_by, r.drafted_at_ms, r.changed_by, r.changed_at_ms, r.intent_id, r.asks,
  r.next_ask_ms, r.closed_at_ms, i.standing, i.code, i.sentence, i.gmc_id, i.asked_by as submitted_by, i.asked_at_ms as submitted_at_ms,
  (select a.outcome from recommendation_answer a where a.recommendation_id = r.id and a.outcome is not null
    order by case when a.outcome in ('approved', 'rejected') then a.number - 1000000 else -a.number end limit 1) as outcome
from recommendation r join intent i on i.id = r.intent_id
where r.closed_at_ms is null and i.standing = 'accepted' and i.gmc_id is not null and coalesce(r.next_ask_ms, 0) <= $1
order by coalesce(r.next_ask_ms, 0), r.id limit $2
