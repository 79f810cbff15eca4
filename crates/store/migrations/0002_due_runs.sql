-- Runs are rows ahead of their hour, held by a lease whose fence rises with each grant.
-- Triggers that refuse illegal states stand in the files beside this one, because each engine has its own language.

alter table run add column due_at_ms bigint;           -- when it is due, UTC ms; null for manual
alter table run add column start_by_ms bigint;         -- after this it is missed, UTC ms; null for manual
alter table run add column finish_by_ms bigint;        -- after this it is late, UTC ms; null for manual
alter table run add column late_at_ms bigint;          -- when its lateness was told, UTC ms
alter table run add column makes_good text;            -- slot of the missed run that a catch-up stands for
alter table run add column records bigint;             -- received in all; null if not ended, or over some of the lists only
alter table run add column worked_ms bigint;           -- how long its attempts worked, their gaps left out; null as above
alter table run add column lease_owner text;           -- node that holds it
alter table run add column lease_until_ms bigint;      -- store::now, UTC ms; then anybody may take it up
alter table run add column fence bigint not null default 0; -- raised by each grant; an old one writes nothing

create unique index run_made_good on run (job, makes_good);
create index run_planned on run (job, due_at_ms) where kind = 'scheduled';
create index run_live on run (state, due_at_ms) where state in ('due', 'running');
create index run_missed on run (job, start_by_ms) where state = 'missed';
create index run_begun on run (job, started_at_ms);
create index run_ended on run (job, ended_at_ms);
create index run_by_begin on run (coalesce(started_at_ms, ended_at_ms, created_at_ms), id);
