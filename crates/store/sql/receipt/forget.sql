-- receipt/forget: what was asked for long ago.
-- $1 before_ms
delete from receipt where begun_at_ms < $1
