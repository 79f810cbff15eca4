-- What each node is made of, and how instances differ.

create table fingerprint (
  node text not null,                                 -- whose it is
  made_at_ms bigint not null,                         -- since when it is so, UTC ms
  seen_at_ms bigint not null,                         -- when it was last so, UTC ms
  content text not null,                              -- the fingerprint as JSON; settings are digests
  updated_by text not null,                           -- operation
  primary key (node, made_at_ms)
);

create table parity (
  instance text primary key,                          -- with which this one was compared, by its name in the settings
  compared_at_ms bigint not null,                     -- when last, UTC ms
  since_ms bigint not null,                           -- since when what is undeclared is as it is, UTC ms
  undeclared bigint not null,                         -- differences that nobody declared
  content text not null,                              -- the comparison as JSON
  updated_by text not null                            -- operation
);
