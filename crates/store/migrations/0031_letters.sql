-- Who wants to be mailed what the GMC decided about a recommendation of theirs, and the letters that wait.

create table letter_wish (
  account text primary key references account (id),
  email text not null,
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null                            -- actor
);

create table letter (
  account text not null references account (id),
  recommendation_id text not null references recommendation (id),
  state text not null check (state in ('waiting', 'sent', 'given_up')),
  tries bigint not null default 0,
  next_try_ms bigint not null,                        -- UTC ms
  answer text not null default '',                    -- what the relay said last
  created_at_ms bigint not null,                      -- UTC ms
  settled_at_ms bigint,                               -- UTC ms
  primary key (account, recommendation_id)
);
create index letter_due on letter (next_try_ms) where state = 'waiting';
