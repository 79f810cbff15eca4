-- Differs because SQLite has no row-level security: what was recommended of a doctor is seen with the doctor.
create policy narrowed on past_recommendation using ((select narrowed_to()) is null
  or exists (select 1 from doctor d where d.gmc_number = past_recommendation.gmc_number));
alter table past_recommendation enable row level security;
alter table past_recommendation force row level security;
