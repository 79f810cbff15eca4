-- alert/recent: alerts, open ones first, loudest first, then the newest.
-- $1 how many bigint
select id, key, kind, severity, state, list, run_id, hold_id, doctors_affected, sentence, cause, next_action, times, owner,
  opened_at_ms, resolved_at_ms
from alert
order by case when state = 'resolved' then 1 else 0 end,
  case severity when 'page' then 0 when 'warn' then 1 else 2 end, opened_at_ms desc, id limit $1
