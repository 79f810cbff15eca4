-- reject/counts: open rejects per list and reason.
select list, reason, count(*) as rejects from reject where cleared_at_ms is null
group by list, reason order by list, reason
