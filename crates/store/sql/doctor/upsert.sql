-- doctor/upsert: write joined rows. A discrepancy keeps the instant it was first seen while it stays the same.
-- $1 JSON array of objects, one a row, named like the columns   $2 now_ms bigint   $3 actor text
insert into doctor (
  gmc_number, body, presence, also_listed_by, first_name, last_name, name_key, submission_date, submission_raw,
  due_key, under_notice, under_notice_raw, programme, owner, membership_type, membership_type_known,
  membership_end, curriculum_end, grade, tis_body, discrepancy, discrepancy_why, discrepancy_settles,
  gmc_snapshot, tis_snapshot,
  discrepancy_since_ms, updated_at_ms, updated_by)
select
  value ->> 'gmc_number', value ->> 'body', value ->> 'presence', value ->> 'also_listed_by',
  value ->> 'first_name', value ->> 'last_name', value ->> 'name_key', value ->> 'submission_date',
  value ->> 'submission_raw', value ->> 'due_key', value ->> 'under_notice', value ->> 'under_notice_raw',
  value ->> 'programme', value ->> 'owner', value ->> 'membership_type', value ->> 'membership_type_known',
  value ->> 'membership_end', value ->> 'curriculum_end', value ->> 'grade', value ->> 'tis_body',
  value ->> 'discrepancy', value ->> 'discrepancy_why', value ->> 'discrepancy_settles',
  cast(value ->> 'gmc_snapshot' as bigint), cast(value ->> 'tis_snapshot' as bigint),
  case when value ->> 'discrepancy' is null then null else cast($2 as bigint) end, $2, $3
from json_each($1) where true
on conflict (gmc_number) do update set
  discrepancy_since_ms = case when doctor.discrepancy = excluded.discrepancy then doctor.discrepancy_since_ms
                              else excluded.discrepancy_since_ms end,
  body = excluded.body, presence = excluded.presence, also_listed_by = excluded.also_listed_by,
  first_name = excluded.first_name, last_name = excluded.last_name, name_key = excluded.name_key,
  submission_date = excluded.submission_date, submission_raw = excluded.submission_raw,
  due_key = excluded.due_key, under_notice = excluded.under_notice,
  under_notice_raw = excluded.under_notice_raw, programme = excluded.programme, owner = excluded.owner,
  membership_type = excluded.membership_type, membership_type_known = excluded.membership_type_known,
  membership_end = excluded.membership_end, curriculum_end = excluded.curriculum_end, grade = excluded.grade,
  tis_body = excluded.tis_body, discrepancy = excluded.discrepancy, discrepancy_why = excluded.discrepancy_why,
  discrepancy_settles = excluded.discrepancy_settles, gmc_snapshot = excluded.gmc_snapshot,
  tis_snapshot = excluded.tis_snapshot,
  updated_at_ms = excluded.updated_at_ms, updated_by = excluded.updated_by
