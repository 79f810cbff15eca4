-- rebuild/clear: forget what a rebuild staged.
-- $1 rebuild_id text
delete from rebuild_row where rebuild_id = $1
