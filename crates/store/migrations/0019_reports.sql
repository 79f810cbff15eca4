-- What somebody else's program reports over HTTP: the keys that open nothing but that, and what a report said of its run.

create table report_key (
  id text primary key,                                -- UUIDv7; opens nothing
  key_hash text not null unique,                      -- SHA-256 of 32 random bytes, hexadecimal
  job text not null,                                  -- the job whose runs it reports
  used_at_ms bigint,                                  -- newest use, UTC ms
  revoked_at_ms bigint,                               -- UTC ms
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null                            -- actor, or operation
);

create table run_report (
  run_id text primary key references run (id),
  job text not null,                                  -- the job of that run
  rid text,                                           -- what its reporter calls the run; the same word is the same run
  as_of_ms bigint,                                    -- how fresh the data are that it took in, by its own word, UTC ms
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null                            -- operation
);
create unique index run_report_rid on run_report (job, rid) where rid is not null;
create index run_report_as_of on run_report (job, as_of_ms);
