-- session/end_all: all sessions of a person but the newest few.
-- $1 account  $2 how many stay bigint  $3 now_ms
update session set ended_at_ms = $3, updated_by = 'session/end_all'
where account = $1 and ended_at_ms is null and id not in (
  select id from session where account = $1 and ended_at_ms is null order by signed_in_at_ms desc, id desc limit $2)
