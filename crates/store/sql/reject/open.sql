-- reject/open: one list's open rejects with their raw text.
-- $1 list text   $2 how many bigint
select id, list, run_id, reason, gmc_number, raw, created_at_ms from reject
where list = $1 and cleared_at_ms is null order by created_at_ms, id limit $2
