-- A program that asks for the same change twice is told twice what was done once.

alter table api_token add column errands text not null default '[]'; -- what it does beside reading, JSON list of words

create table receipt (
  id text primary key,                                -- SHA-256 of the token's id and the program's own key, hexadecimal
  token text not null references api_token (id),      -- which program asked
  request_hash text not null,                         -- SHA-256 of what it asked for; another under the same key is refused
  holder text not null,                               -- the try at work on it; an older one can commit nothing
  answer text,                                        -- what was done, JSON: acts and objects, as in the audit; null: not yet
  begun_at_ms bigint not null,                        -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null                            -- operation
);
create index receipt_by_time on receipt (begun_at_ms);

-- Of one job, one run at most waits because somebody asked for it.
create unique index run_asked on run (job) where state = 'due' and kind = 'manual';
