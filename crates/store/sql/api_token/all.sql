-- api_token/all: tokens that nobody has taken back, by owner and name; some may have ended.
select t.id, a.name as owner, t.name, t.bodies, t.sensitive, t.errands, t.ends_at_ms, t.used_at_ms, t.created_at_ms
from api_token t join account a on a.id = t.account where t.revoked_at_ms is null order by a.name, t.name
