-- doctor/left: those who left a list and have not appeared elsewhere.
-- $1 after GMC number text   $2 how many bigint
select gmc_number from doctor where presence = 'left' and gmc_number > $1 order by gmc_number limit $2
