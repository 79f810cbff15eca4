-- People whom the house's own identity provider vouches for. They have no password here, and what they may do is what their
-- claims said when they last signed in.

create table identity (
  issuer text not null,                               -- the provider, as it calls itself
  subject text not null,                              -- its word for the person; says nothing by itself
  account text not null unique references account (id),
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,                           -- operation
  primary key (issuer, subject)
);
