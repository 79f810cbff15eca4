-- alert/recent: alerts, open ones first, loudest first, then the newest.
-- $1 how many bigint
select * from alert_now
order by case when kept_state = 'resolved' then 1 else 0 end,
  case severity when 'page' then 0 when 'warn' then 1 else 2 end, opened_at_ms desc, id limit $1
