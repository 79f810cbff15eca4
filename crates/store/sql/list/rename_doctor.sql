-- list/rename_doctor: the joined rows name the new code; the facts are the same.
-- $1 old code text   $2 new code text
update doctor set
  body = case when body = $1 then $2 else body end,
  also_listed_by = case when also_listed_by = $1 then $2 else also_listed_by end,
  tis_body = case when tis_body = $1 then $2 else tis_body end
where body = $1 or also_listed_by = $1 or tis_body = $1
