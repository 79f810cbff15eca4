-- list/rename_claim: what TIS claims for the old code it claims for the new one.
-- $1 old code text   $2 new code text
update claim set body = $2 where body = $1
  and not exists (select 1 from claim n where n.gmc_number = claim.gmc_number and n.body = $2)
