-- With a token a program reads what its owner may read, and never more: no token writes, and none opens the pages.

create table api_token (
  id text primary key,                                -- UUIDv7; opens nothing
  token_hash text not null unique,                    -- SHA-256 of 32 random bytes, hexadecimal
  account text not null references account (id),      -- its owner: what they may no longer read, it reads no longer
  name text not null,                                 -- what it is for; stands in the audit
  bodies text not null,                               -- codes of designated bodies, JSON; of them, those of the owner count
  sensitive text not null check (sensitive in ('yes', 'no')), -- sanctions and investigations, where the owner may see them
  ends_at_ms bigint not null,                         -- UTC ms; no token is for ever
  used_at_ms bigint,                                  -- newest use, to the minute, UTC ms
  revoked_at_ms bigint,                               -- UTC ms
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,                           -- actor, or operation
  check (ends_at_ms > created_at_ms)
);
create unique index api_token_name on api_token (account, name) where revoked_at_ms is null;
