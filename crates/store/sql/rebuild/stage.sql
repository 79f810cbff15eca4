-- rebuild/stage: rows as they should be, beside the live ones.
-- $1 rebuild_id text   $2 JSON array of [gmc_number, content]
insert into rebuild_row (rebuild_id, gmc_number, content) select $1, value ->> 0, value ->> 1 from json_each($2)
