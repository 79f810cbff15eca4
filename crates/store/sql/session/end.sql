-- session/end: one session of a person.
-- $1 account  $2 id  $3 now_ms
update session set ended_at_ms = $3, updated_by = 'session/end' where account = $1 and id = $2 and ended_at_ms is null
