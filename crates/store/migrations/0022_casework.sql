-- What people write about doctors and who works on whom. Reval's own: no list of the GMC or TIS knows of it.
create table note (
  id text primary key,                                -- UUIDv7
  gmc_number text not null,                           -- seven digits
  author text not null,                               -- actor
  text text not null,                                 -- as it reads now
  version bigint not null,                            -- raised by each change: who read an older one changes nothing
  written_at_ms bigint not null,                      -- UTC ms
  changed_at_ms bigint not null                       -- UTC ms
);
create index note_of_doctor on note (gmc_number, written_at_ms);

-- Every wording a note ever had: none is changed, none is taken away.
create table note_text (
  note_id text not null references note (id),
  version bigint not null,                            -- 1, 2, 3 …
  text text not null,
  at_ms bigint not null,                              -- UTC ms
  primary key (note_id, version)
);

create table allocation (
  gmc_number text primary key,                        -- seven digits: one person works on a doctor
  admin text not null,                                -- name of an account
  allocated_at_ms bigint not null,                    -- UTC ms
  allocated_by text not null                          -- actor
);
create index allocation_of on allocation (admin, gmc_number);
