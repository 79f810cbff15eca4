-- discrepancy/of_doctor: every disagreement there was about a doctor, what stands first, then the newest.
-- $1 gmc_number text
select gmc_number, kind, first_seen_ms, since_ms, last_seen_ms, resolved_at_ms, reopened from discrepancy
where gmc_number = $1 order by case when resolved_at_ms is null then 0 else 1 end, resolved_at_ms desc, kind
