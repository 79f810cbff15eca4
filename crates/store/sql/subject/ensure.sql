-- subject/ensure: a word for a doctor that says nothing by itself.
-- $1 gmc_number  $2 id
insert into subject (gmc_number, id) values ($1, $2) on conflict (gmc_number) do nothing
