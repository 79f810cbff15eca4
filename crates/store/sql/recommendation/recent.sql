-- recommendation/recent: those of some bodies, open ones first, the newest change at the top.
-- $1 bodies, JSON [[code], …]  $2 how many bigint
select r.id, r.gmc_number, r.body, r.words, r.based_on, r.version, r.drafted_by, r.drafted_at_ms, r.changed_by, r.changed_at_ms, r.intent_id, r.asks,
  r.next_ask_ms, r.closed_at_ms, i.standing, i.code, i.sentence, i.gmc_id, i.asked_by as submitted_by, i.asked_at_ms as submitted_at_ms,
  (select a.outcome from recommendation_answer a where a.recommendation_id = r.id and a.outcome is not null
    order by case when a.outcome in ('approved', 'rejected') then a.number - 1000000 else -a.number end limit 1) as outcome
from recommendation r left join intent i on i.id = r.intent_id
where r.body in (select value ->> 0 from json_each($1))
order by case when r.closed_at_ms is null then 0 else 1 end, r.changed_at_ms desc, r.id desc limit $2
