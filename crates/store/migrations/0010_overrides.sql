-- What somebody changes for a while: never without an owner, a reason and an end.

create table override (
  id text primary key,                                -- UUIDv7
  what text not null,                                 -- kind and values as JSON
  owner text not null check (owner <> ''),            -- who answers for it
  reason text not null check (reason <> ''),          -- why
  answers text,                                       -- key of the alert that cannot close before it
  starts_at_ms bigint not null,                       -- UTC ms
  ends_at_ms bigint not null,                         -- UTC ms; never without an end, at most 14 days
  ended_at_ms bigint,                                 -- when somebody ended it before its time, UTC ms
  ended_by text not null default '',                  -- who, and why
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,                           -- actor
  check (ends_at_ms > starts_at_ms and ends_at_ms - starts_at_ms <= 1209600000)
);
create index override_by_end on override (ends_at_ms);

-- The newest run that a pause took away is made good once it is over.
alter table run add column paused_by text;             -- override.id that skipped it
create index run_paused on run (job, start_by_ms) where paused_by is not null;
