-- recount/newest: of each list the newest counts.
select r.run_id, r.list, r.at_ms, r.gmc_count, r.our_count, r.verdict, r.reason
from list l join recount r on r.list = l.code
where r.at_ms = (select max(n.at_ms) from recount n where n.list = l.code)
order by r.list, r.run_id
