-- alert/recent: alerts, open ones first, loudest first, then the newest.
-- $1 how many bigint
select id, version, source, key, kind, severity,
  case when state <> 'resolved' and recovered_at_ms is not null then 'recovered_unproven' else state end as state,
  job, list, env, bodies, run_id, hold_id, doctors_affected, sentence, cause, remedy, next_action, action_label, action_method,
  action_url, last_good_at_ms, build, config_hash, coalesce(since_ms, opened_at_ms) as since_ms, seen_at_ms, evidence, times,
  owner, opened_at_ms, acknowledged_at_ms, recovered_at_ms, resolved_at_ms, resolved_why, is_flapping, announced_at_ms,
  reminded_at_ms, escalated, explained_by
from alert
order by case when alert.state = 'resolved' then 1 else 0 end,
  case severity when 'page' then 0 when 'warn' then 1 else 2 end, opened_at_ms desc, id limit $1
