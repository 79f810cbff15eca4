-- What the steps of a run say while it works; capped for each run, kept for a while. No personal data.

create table run_log (
  run_id text not null references run (id),
  seq bigint not null,                                -- 1, 2, 3 … over all attempts
  attempt bigint not null,                            -- the attempt that said it
  at_ms bigint not null,                              -- UTC ms
  level text not null check (level in ('info', 'warn', 'error', 'cut')), -- cut: here lines were left out
  text text not null,                                 -- one line, plain words; empty where lines were left out
  bytes bigint not null,                              -- of the log up to and with this line
  lines_cut bigint not null default 0,                -- lines left out here
  bytes_cut bigint not null default 0,                -- bytes left out here
  primary key (run_id, seq)
);
create unique index run_log_cut on run_log (run_id) where level = 'cut';
create index run_log_by_time on run_log (at_ms);
