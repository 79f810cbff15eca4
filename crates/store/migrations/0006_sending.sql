-- Words to the GMC. An intent is one wish about one doctor; its id is the ClientRequestID, and it is sent at most once
-- unless a person grants a second send. Steps are never changed: where an intent stands follows from the last of them.
create table intent (
  id text primary key,                                -- UUIDv7
  wish text not null check (wish in ('recommend', 'connect', 'disconnect')),
  family text not null check (family in ('recommendation', 'connection')), -- within which a doctor has one open intent
  gmc_number text not null,
  body text not null,                                 -- designated body it is sent for
  from_body text,                                     -- where our lists had the doctor when it was wished; null: nowhere
  batch text not null,                                -- one press of a button: pressed twice, it is the same batch
  fields text not null,                               -- what is sent beside id and credentials, JSON by element name
  fields_sha256 text not null,                        -- its digest when it was wished
  standing text not null check (standing in ('queued', 'sending', 'unknown', 'accepted', 'rejected', 'abandoned')),
  is_already text not null default 'no' check (is_already in ('yes', 'no')), -- accepted because it was so before
  sends bigint not null default 0,                    -- times it may have left this house
  grants bigint not null default 0 check (grants <= 1), -- second sends that a person granted
  fence bigint not null default 0,                    -- raised by each claim
  sender text,                                        -- node of the last claim
  asked_by text not null,                             -- who wished it
  reason text not null,                               -- why, in their words
  asked_at_ms bigint not null,                        -- UTC ms
  lease_until_ms bigint,                              -- while sending; by the clock of leases
  last_write_ms bigint,                               -- last instant at which a byte of it could have been written
  unknown_since_ms bigint,                            -- UTC ms
  looks bigint not null default 0,                    -- looks since then that proved nothing
  next_look_ms bigint,                                -- UTC ms
  code text,                                          -- ReturnCode of the reply that settled it, or of the last one
  gmc_request_id text,                                -- GMCRequestID of that reply
  gmc_id text,                                        -- RecommendationID
  sentence text not null default '',                  -- what is known of it, plain words without personal data
  settled_at_ms bigint,                               -- UTC ms
  check (sends <= grants + 1)
);
create unique index intent_one_open on intent (family, gmc_number) where standing in ('queued', 'sending', 'unknown');
create unique index intent_of_batch on intent (batch, gmc_number, wish);
create index intent_by_standing on intent (standing, asked_at_ms, id);
create index intent_of_doctor on intent (gmc_number, asked_at_ms);

create table intent_step (
  intent_id text not null references intent (id),
  number bigint not null,                             -- 1, 2, 3 …
  standing text not null,                             -- where it stood after this step
  mover text not null check (mover in ('person', 'sender', 'reaper', 'reconciler')),
  actor text not null,                                -- a person, or a node
  sentence text not null,                             -- plain words
  code text,                                          -- ReturnCode, where there was a reply
  at_ms bigint not null,                              -- UTC ms
  primary key (intent_id, number)
);
