-- session/read: the session that a token opens, of an account in use.
-- $1 token_hash text
select s.id, s.account, a.name, s.signed_in_at_ms, s.last_seen_at_ms, s.stepped_up_until_ms
from session s join account a on a.id = s.account
where s.token_hash = $1 and s.ended_at_ms is null and a.state = 'active'
