-- Disagreements as a work list. Both rows speak of one stretch or one pair of bodies: where data say something else, they count no
-- more by themselves, and nothing has to be put back.
create table discrepancy_work (
  gmc_number text not null,                           -- seven digits
  kind text not null,                                 -- closed word
  since_ms bigint not null,                           -- the stretch of the disagreement that it is about, UTC ms
  stage text not null check (stage in ('looking', 'waiting_gmc', 'waiting_tis')),
  owner text not null,                                -- name of an account
  reason text not null,                               -- in their words; may be empty
  set_at_ms bigint not null,                          -- UTC ms
  primary key (gmc_number, kind)
);

create table hidden (
  id text primary key,                                -- UUIDv7
  gmc_number text not null,                           -- seven digits
  body text not null,                                 -- for whose eyes it is hidden
  kind text not null,                                 -- closed word
  gmc_body text not null,                             -- the body at the GMC then; empty: none
  tis_body text not null,                             -- the body in TIS then; empty: none
  reason text not null check (reason <> ''),
  until text,                                         -- the last day, ISO date; null: until it is shown again
  hidden_at_ms bigint not null,                       -- UTC ms
  hidden_by text not null,                            -- actor
  ended_at_ms bigint,                                 -- shown again, or hidden anew; UTC ms
  ended_by text                                       -- actor
);
create unique index hidden_once on hidden (gmc_number, body) where ended_at_ms is null;
