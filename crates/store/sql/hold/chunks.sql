-- hold/chunks: the held differences, part by part.
-- $1 hold_id text
select content from hold_chunk where hold_id = $1 order by part
