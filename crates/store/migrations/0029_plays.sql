-- Operational procedures that people carried out, step by step.

create table play (
  id text primary key,                                -- UUIDv7
  procedure text not null,                            -- closed word: rolling-restart, rebuild-view
  recipe text not null,                               -- digest of procedure and program, the same on every instance
  plan_hash text not null,                            -- digest of the plan with the state it was made against
  plan text not null,                                 -- the plan as JSON
  state text not null check (state in ('waiting', 'applying', 'applied', 'verified', 'undone')),
  asked_by text not null,                             -- actor
  confirmed_by text not null,                         -- actor; empty where one person is enough or the second has not come
  reason text not null,                               -- why
  asked_at_ms bigint not null,                        -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null                            -- actor
);

create index play_by_procedure on play (procedure, asked_at_ms);

create table play_step (
  play_id text not null references play (id),
  number bigint not null,                             -- from 0
  name text not null,
  began_at_ms bigint not null,                        -- the newest try, UTC ms
  ended_at_ms bigint,                                 -- UTC ms; null while it is not done
  evidence text not null,                             -- what was seen afterwards
  updated_by text not null,                           -- actor
  primary key (play_id, number)
);
