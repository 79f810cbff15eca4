-- rebuild/page: staged doctors in order.
-- $1 rebuild_id text   $2 after GMC number text   $3 how many bigint
select gmc_number from rebuild_row where rebuild_id = $1 and gmc_number > $2 order by gmc_number limit $3
