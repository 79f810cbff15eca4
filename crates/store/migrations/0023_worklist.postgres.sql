-- Differs because SQLite has no row-level security.
create policy narrowed on discrepancy_work using ((select narrowed_to()) is null
  or exists (select 1 from doctor d where d.gmc_number = discrepancy_work.gmc_number));
create policy narrowed on hidden using ((select narrowed_to()) is null or body = any((select narrowed_to())::text[]));
alter table discrepancy_work enable row level security;
alter table discrepancy_work force row level security;
alter table hidden enable row level security;
alter table hidden force row level security;
