-- Differs because SQLite has no row-level security.
-- `reval.bodies` holds the codes a transaction may see as a JSON array; where it is not set, the transaction is narrowed to
-- nothing: jobs, publishing and the machine's own shell see all. Forced, so that the owner of the tables is held as well; a
-- superuser is not, and Reval should never be one.
create function narrowed_to() returns text[] language sql stable as $$
  select case when coalesce(current_setting('reval.bodies', true), '') = '' then null
    else array(select jsonb_array_elements_text(current_setting('reval.bodies', true)::jsonb)) end
$$;

create policy narrowed on claim using ((select narrowed_to()) is null or body = any((select narrowed_to())::text[]));
create policy narrowed on doctor using ((select narrowed_to()) is null or body = any((select narrowed_to())::text[]) or exists (
  select 1 from claim c where c.gmc_number = doctor.gmc_number and c.body = any((select narrowed_to())::text[])));
-- What TIS says of a doctor is seen with the doctor.
create policy narrowed on entry using ((select narrowed_to()) is null or list = any((select narrowed_to())::text[])
  or (list = 'TIS' and exists (select 1 from doctor d where d.gmc_number = entry.gmc_number)));
-- Records of TIS that were set aside belong to no body; pages count them, and show none.
create policy narrowed on reject using ((select narrowed_to()) is null or list = any((select narrowed_to())::text[]) or list = 'TIS');
create policy narrowed on discrepancy using ((select narrowed_to()) is null
  or exists (select 1 from doctor d where d.gmc_number = discrepancy.gmc_number));
create policy narrowed on intent using ((select narrowed_to()) is null or body = any((select narrowed_to())::text[]));
create policy narrowed on recommendation using ((select narrowed_to()) is null or body = any((select narrowed_to())::text[]));
create policy narrowed on recommendation_comment using ((select narrowed_to()) is null
  or exists (select 1 from recommendation r where r.id = recommendation_id));
create policy narrowed on recommendation_answer using ((select narrowed_to()) is null
  or exists (select 1 from recommendation r where r.id = recommendation_id));
create policy narrowed on officer using ((select narrowed_to()) is null or body = any((select narrowed_to())::text[]));
-- Nobody's page reads these.
create policy narrowed on hold_chunk using ((select narrowed_to()) is null);
create policy narrowed on rebuild_row using ((select narrowed_to()) is null);
create policy narrowed on subject using ((select narrowed_to()) is null);
alter table claim enable row level security;
alter table claim force row level security;
alter table doctor enable row level security;
alter table doctor force row level security;
alter table entry enable row level security;
alter table entry force row level security;
alter table reject enable row level security;
alter table reject force row level security;
alter table discrepancy enable row level security;
alter table discrepancy force row level security;
alter table intent enable row level security;
alter table intent force row level security;
alter table recommendation enable row level security;
alter table recommendation force row level security;
alter table recommendation_comment enable row level security;
alter table recommendation_comment force row level security;
alter table recommendation_answer enable row level security;
alter table recommendation_answer force row level security;
alter table officer enable row level security;
alter table officer force row level security;
alter table hold_chunk enable row level security;
alter table hold_chunk force row level security;
alter table rebuild_row enable row level security;
alter table rebuild_row force row level security;
alter table subject enable row level security;
alter table subject force row level security;
