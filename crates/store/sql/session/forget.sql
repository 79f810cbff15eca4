-- session/forget: sessions of long ago.
-- $1 before_ms
delete from session where signed_in_at_ms < $1
