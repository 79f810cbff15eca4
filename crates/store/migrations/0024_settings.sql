-- Settings that were found sound, and what each node runs on beside what its file says.

create table settings (
  node text not null,                                 -- whose file and environment say so
  hash text not null,                                 -- digest of every value in force, secrets left out
  content text not null,                              -- the values as JSON, without those of the store and without secrets
  build text not null,                                -- the program that found them sound
  asked_at_ms bigint,                                 -- when a person last asked every node to read its settings, UTC ms
  accepted_at_ms bigint not null,                     -- when they were last found sound, UTC ms
  updated_by text not null,                           -- actor
  primary key (node, hash)
);

create table settings_state (
  node text primary key,
  running text not null,                              -- digest of what it runs on
  written text not null,                              -- digest of what its file says; empty where that is not sound
  problem text not null,                              -- what is wrong with it, or what waits for the next start
  since_ms bigint not null,                           -- since when this is so, UTC ms
  updated_by text not null                            -- operation
);
