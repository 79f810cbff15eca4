-- guess/forget: tries of long ago.
-- $1 before_ms
delete from guess where updated_at_ms < $1
