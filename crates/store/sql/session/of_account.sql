-- session/of_account: sessions of a person that nobody has ended, newest first.
-- $1 account text
select id, signed_in_at_ms, last_seen_at_ms from session
where account = $1 and ended_at_ms is null order by signed_in_at_ms desc, id desc
