-- hold/insert_chunk: a part of the held differences.
-- $1 hold_id text   $2 part bigint   $3 content text
insert into hold_chunk (hold_id, part, content) values ($1, $2, $3)
