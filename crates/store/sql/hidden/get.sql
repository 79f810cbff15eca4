-- hidden/get: one hiding.
-- $1 id
select id, gmc_number, body, kind, gmc_body, tis_body, reason, until, hidden_at_ms, hidden_by, ended_at_ms, ended_by
from hidden where id = $1
