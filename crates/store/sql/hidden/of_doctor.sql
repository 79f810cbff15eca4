-- hidden/of_doctor: every hiding there was about a doctor, the newest first.
-- $1 gmc_number
select id, gmc_number, body, kind, gmc_body, tis_body, reason, until, hidden_at_ms, hidden_by, ended_at_ms, ended_by
from hidden where gmc_number = $1 order by hidden_at_ms desc, id
