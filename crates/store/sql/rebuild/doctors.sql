-- rebuild/doctors: the live joined rows of these doctors, without when they were written.
-- $1 GMC numbers as a JSON array of one-element arrays
select gmc_number, body, presence, also_listed_by, first_name, last_name, name_key, submission_date, submission_raw, due_key,
  under_notice, under_notice_raw, programme, owner, membership_type, membership_type_known, membership_end, curriculum_end,
  grade, tis_body, discrepancy, discrepancy_why, discrepancy_settles, gmc_snapshot, tis_snapshot
from doctor where gmc_number in (select value ->> 0 from json_each($1)) order by gmc_number
