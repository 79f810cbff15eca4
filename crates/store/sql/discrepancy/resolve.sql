-- discrepancy/resolve: of the doctors just derived, what stood and does not any more.
-- $1 GMC numbers as a JSON array of one-element arrays   $2 JSON array of [gmc_number, kind] that stand   $3 now_ms bigint
update discrepancy set resolved_at_ms = $3
where resolved_at_ms is null and gmc_number in (select value ->> 0 from json_each($1))
  and (gmc_number, kind) not in (select value ->> 0, value ->> 1 from json_each($2))
