-- api_token/read: the token of a program, of an owner whose account is in use.
-- $1 token_hash  $2 now_ms
select t.id, t.account, a.name as owner, t.name, t.bodies, t.sensitive, t.errands, t.used_at_ms, t.created_at_ms
from api_token t join account a on a.id = t.account
where t.token_hash = $1 and t.revoked_at_ms is null and t.ends_at_ms > $2 and a.state = 'active'
