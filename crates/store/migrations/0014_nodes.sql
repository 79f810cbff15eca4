-- Where runs can be begun. Heartbeats are by store::now, because nodes compare them.

create table node (
  name text primary key,
  labels text not null,                               -- words parted by spaces, sorted
  started_at_ms bigint not null,                      -- since when its program runs, store::now, UTC ms
  beat_at_ms bigint not null,                         -- when it was last heard of, store::now, UTC ms
  build text not null,
  config_hash text not null,
  launch text not null check (launch in ('untried', 'works', 'fails')), -- whether it can start something new
  launched_at_ms bigint,                              -- when it last tried, store::now, UTC ms
  launch_error text not null,                         -- why it could not
  updated_by text not null                            -- operation
);
