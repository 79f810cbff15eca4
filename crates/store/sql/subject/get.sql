-- subject/get: the word that the audit has for a doctor.
-- $1 gmc_number text
select id from subject where gmc_number = $1
