-- hold/wipe: forget held differences past their keep.
-- $1 now_ms bigint
delete from hold_chunk where hold_id in (select id from hold where keep_until_ms <= $1)
