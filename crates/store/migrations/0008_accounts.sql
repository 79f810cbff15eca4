-- Who may come in, what they may see, and how guessing is slowed. Nothing here opens anything: passwords, sessions and
-- invitations are kept as hashes.

create table account (
  id text primary key,                                -- UUIDv7
  name text not null unique,                          -- lower case: a-z, 0-9, dot, hyphen, underscore
  kind text not null check (kind in ('person', 'demo')), -- demo: has no password, and comes in by a link of the demo alone
  state text not null check (state in ('invited', 'active', 'disabled')),
  password_hash text,                                 -- Argon2id with its parameters; null until the invitation is taken up
  code_secret text,                                   -- of the one-time codes, base32
  code_step bigint not null,                          -- 30-second step of the newest code used: each is used once
  signed_in_at_ms bigint,                             -- newest sign-in, UTC ms
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,                           -- actor
  check (state = 'invited' or kind = 'demo' or password_hash is not null or state = 'disabled')
);

create table account_grant (
  id text primary key,                                -- UUIDv7
  account text not null references account (id),
  role text not null check (role in ('observer', 'admin', 'approver', 'operations', 'auditor')),
  bodies text not null,                               -- codes of designated bodies, JSON; empty means none
  sensitive text not null check (sensitive in ('yes', 'no')), -- sanctions and investigations
  ends text,                                          -- last day, ISO date; null: until it is taken back
  asked_by text not null,                             -- actor
  granted_by text not null,                           -- actor; another than asked_by where two people are needed
  revoked_at_ms bigint,                               -- UTC ms
  revoked_by text,                                    -- actor
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,                           -- actor
  check ((revoked_at_ms is null) = (revoked_by is null))
);
create index account_grant_of on account_grant (account) where revoked_at_ms is null;

create table proposal (
  id text primary key,                                -- UUIDv7
  kind text not null check (kind in ('grant', 'reset', 'enable')),
  account text not null references account (id),
  wish text not null,                                 -- the grant, JSON; {} where there is none
  state text not null check (state in ('open', 'confirmed', 'refused')),
  asked_by text not null,                             -- actor
  reason text not null check (reason <> ''),
  decided_by text,                                    -- actor, never the one who asked
  decided_at_ms bigint,                               -- UTC ms
  ends_at_ms bigint not null,                         -- UTC ms; not decided by then, it is void
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,                           -- actor
  check (decided_by is null or decided_by <> asked_by),
  check ((state = 'open') = (decided_by is null))
);
create index proposal_open on proposal (created_at_ms, id) where state = 'open';

create table invitation (
  token_hash text primary key,                        -- SHA-256, hexadecimal
  account text references account (id),               -- null: for the first account of all
  code_secret text not null,                          -- of the one-time codes to come, base32
  ends_at_ms bigint not null,                         -- UTC ms
  used_at_ms bigint,                                  -- UTC ms; used, or made void by a later one
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null                            -- actor
);
create index invitation_of on invitation (account) where used_at_ms is null;

create table session (
  id text primary key,                                -- UUIDv7; opens nothing
  token_hash text not null unique,                    -- SHA-256 of 32 random bytes, hexadecimal
  account text not null references account (id),
  signed_in_at_ms bigint not null,                    -- UTC ms
  last_seen_at_ms bigint not null,                    -- UTC ms, to the minute
  stepped_up_until_ms bigint not null,                -- UTC ms
  ended_at_ms bigint,                                 -- UTC ms
  updated_by text not null                            -- operation
);
create index session_of on session (account, signed_in_at_ms) where ended_at_ms is null;
create index session_by_sign_in on session (signed_in_at_ms);

create table guess (
  bucket text primary key,                            -- a name at an address, a name elsewhere, or an address; names as hashes
  failed text not null,                               -- instants, UTC ms, JSON, newest last
  in_a_row bigint not null,                           -- failures since the last that was right
  right_at_ms bigint,                                 -- the newest that was right, UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null                            -- operation
);
create index guess_by_time on guess (updated_at_ms);

create table subject (
  gmc_number text primary key,                        -- seven digits
  id text not null unique                             -- what the audit calls this doctor: says nothing by itself
);
