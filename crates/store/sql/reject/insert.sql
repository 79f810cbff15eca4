-- reject/insert: records set aside, with reason and raw text.
-- $1 list  $2 run_id  $3 keep_until_ms  $4 now_ms  $5 JSON array of [id, reason, gmc_number, raw]
insert into reject (id, list, run_id, reason, gmc_number, raw, keep_until_ms, created_at_ms, updated_at_ms, updated_by)
select value ->> 0, $1, $2, value ->> 1, value ->> 2, value ->> 3, $3, $4, $4, 'reject/insert' from json_each($5)
