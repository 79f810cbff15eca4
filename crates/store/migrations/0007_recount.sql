-- "GMC says N, we show N": after a run each list is counted again at the GMC, by code that shares nothing with the reader.

create table recount (
  run_id text not null references run (id),           -- the run after which it was counted
  list text not null references list (code),
  at_ms bigint not null,                              -- when the GMC was asked, UTC ms
  gmc_count bigint,                                   -- doctors by the GMC's answer; null where it gave no whole one
  our_count bigint not null,                          -- doctors on the list as it stands
  verdict text not null check (verdict in ('equal', 'explained', 'differs', 'unknown')),
  reason text not null,                               -- plain words, empty where equal
  primary key (run_id, list),
  check ((verdict = 'unknown') = (gmc_count is null))
);
create index recount_of_list on recount (list, at_ms);
