-- identity/find: the account of somebody whom a provider vouches for.
-- $1 issuer text  $2 subject text
select a.id, a.name, a.kind, a.state, a.signed_in_at_ms, a.created_at_ms
from identity i join account a on a.id = i.account where i.issuer = $1 and i.subject = $2
