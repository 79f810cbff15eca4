-- Differs because SQLite has no row-level security: what is written about a doctor is seen with the doctor.
create policy narrowed on note using ((select narrowed_to()) is null
  or exists (select 1 from doctor d where d.gmc_number = note.gmc_number));
create policy narrowed on note_text using ((select narrowed_to()) is null
  or exists (select 1 from note n where n.id = note_id));
create policy narrowed on allocation using ((select narrowed_to()) is null
  or exists (select 1 from doctor d where d.gmc_number = allocation.gmc_number));
alter table note enable row level security;
alter table note force row level security;
alter table note_text enable row level security;
alter table note_text force row level security;
alter table allocation enable row level security;
alter table allocation force row level security;
