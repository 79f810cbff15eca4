-- note/of_doctor: every note about a doctor, the newest first.
-- $1 gmc_number
select id, gmc_number, author, text, version, written_at_ms, changed_at_ms from note where gmc_number = $1
order by written_at_ms desc, id desc
