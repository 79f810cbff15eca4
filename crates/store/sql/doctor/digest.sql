-- doctor/digest: what the joined rows say, without when or by whom they were written, in order.
select gmc_number, body, presence, also_listed_by, first_name, last_name, submission_date, submission_raw, under_notice,
  under_notice_raw, programme, owner, membership_type, membership_end, curriculum_end, grade, tis_body, discrepancy
from doctor order by gmc_number
