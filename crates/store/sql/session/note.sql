-- session/note: the person is still there.
-- $1 id  $2 now_ms
update session set last_seen_at_ms = $2, updated_by = 'session/note' where id = $1 and last_seen_at_ms < $2 and ended_at_ms is null
