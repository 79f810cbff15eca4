-- Recommendations: drafts and what became of them. Where one stands follows from its newest intent and the GMC's answers;
-- it is not kept a second time.

-- The responsible officer of a body, whom the GMC expects to be named: exactly one, because the body is the key.
create table officer (
  body text primary key,                              -- designated body
  gmc_number text not null,
  surname text not null,
  phone text not null,
  user_name text not null,
  email text not null,
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null
);

create table recommendation (
  id text primary key,                                -- UUIDv7
  gmc_number text not null,
  body text not null,                                 -- the body it is drafted for, and stays with
  words text not null,                                -- what is recommended, JSON
  based_on text not null,                             -- what the GMC said of the doctor when it was last changed, JSON
  version bigint not null default 1,                  -- raised by each change: who read an older one changes nothing
  drafted_by text not null,
  drafted_at_ms bigint not null,                      -- UTC ms
  changed_by text not null,
  changed_at_ms bigint not null,                      -- UTC ms
  intent_id text references intent (id),              -- its newest submission; null before the first
  asks bigint not null default 0,                     -- questions put to the GMC about it
  next_ask_ms bigint,                                 -- UTC ms; null while there is nothing to ask
  closed_at_ms bigint                                 -- withdrawn, or decided by the GMC
);
create unique index recommendation_one_open on recommendation (gmc_number) where closed_at_ms is null;
create unique index recommendation_of_intent on recommendation (intent_id);
create index recommendation_by_change on recommendation (changed_at_ms, id);
create index recommendation_to_ask on recommendation (next_ask_ms) where next_ask_ms is not null;

create table recommendation_comment (
  recommendation_id text not null references recommendation (id),
  number bigint not null,                             -- 1, 2, 3 …
  text text not null,
  author text not null,
  at_ms bigint not null,                              -- UTC ms
  primary key (recommendation_id, number)
);

-- What the GMC answered when it was asked; words are kept as received.
create table recommendation_answer (
  recommendation_id text not null references recommendation (id),
  number bigint not null,                             -- 1, 2, 3 …
  code text not null,                                 -- ReturnCode
  status text not null,                               -- Status, as received
  outcome text check (outcome in ('under_review', 'approved', 'rejected', 'unrecognised')), -- as understood; null where there is no status
  at_ms bigint not null,                              -- UTC ms
  primary key (recommendation_id, number)
);
