-- reject/wipe: forget rejects past their keep.
-- $1 now_ms bigint
delete from reject where keep_until_ms <= $1
