-- session/end_others: every session of a person but one.
-- $1 account  $2 id of the one that stays  $3 now_ms
update session set ended_at_ms = $3, updated_by = 'session/end_others' where account = $1 and id <> $2 and ended_at_ms is null
