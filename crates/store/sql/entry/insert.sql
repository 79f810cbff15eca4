-- entry/insert: begin new versions on one list.
-- $1 list text   $2 snapshot bigint   $3 JSON array of [gmc_number, presence, since_ms, content]
insert into entry (list, gmc_number, from_snapshot, presence, since_ms, content)
select $1, value ->> 0, $2, value ->> 1, cast(value ->> 2 as bigint), value ->> 3 from json_each($3)
