-- Codes on paper: each stands once in the place of an authenticator that is lost.

create table recovery_code (
  account text not null references account (id),
  code_hash text not null,                            -- SHA-256 of 80 random bits, hexadecimal
  used_at_ms bigint,                                  -- UTC ms
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,                           -- actor, or operation
  primary key (account, code_hash)
);
