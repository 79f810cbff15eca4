-- The first tables. One text for both engines: text and bigint only, instants as UTC milliseconds, dates as ISO text,
-- words instead of booleans. A "list" is one designated body's list of doctors, or TIS.

create table site (
  id text primary key check (id = 'site'),            -- one row
  environment text not null,                          -- the environment this store belongs to
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null                            -- operation
);

create table list (
  code text primary key,                              -- designated body code, or TIS
  snapshot bigint not null,                           -- newest published snapshot, 0 before the first
  data_as_of_ms bigint,                               -- when the request for that data was sent, UTC ms
  doctors bigint not null,                            -- entries in the newest snapshot
  outcome text check (outcome in ('published', 'held', 'failed')), -- of the last attempt
  outcome_at_ms bigint,                               -- UTC ms
  outcome_reason text not null,                       -- plain words, empty when published
  outcome_cause text not null,                        -- closed word for programs, empty when published
  outcome_run text,                                   -- run.id of the last attempt
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null                            -- operation
);

create table snapshot (
  list text not null references list (code),          -- whose
  number bigint not null,                             -- 1, 2, 3 … per list
  kind text not null check (kind in ('sync', 'approved', 'rollback')), -- how it came about
  data_as_of_ms bigint not null,                      -- when the request was sent, UTC ms
  run_id text,                                        -- the run that brought it
  hold_id text,                                       -- the hold a person approved
  equal_to bigint,                                    -- the snapshot a rollback went back to
  doctors bigint not null,                            -- entries once published
  received bigint not null,                           -- records in the answer
  arrived bigint not null,                            -- doctors not on the list before
  changed bigint not null,                            -- doctors whose facts moved
  same bigint not null,                               -- doctors as before
  repeated bigint not null,                           -- identical further copies
  rejected bigint not null,                           -- records set aside
  removed bigint not null,                            -- doctors gone from the list
  not_confirmed bigint not null,                      -- doctors kept because a reject stands in their place
  removed_max bigint not null,                        -- the brake's limit that night
  changed_max bigint not null,                        -- the brake's limit that night
  approved_by text,                                   -- the person whose word lifted the brake
  published_at_ms bigint not null,                    -- UTC ms
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,                           -- actor
  primary key (list, number),
  check (received = arrived + changed + same + repeated + rejected),
  -- The brake's second wall: SQL that goes around the program is refused as well.
  check (approved_by is not null or (removed <= removed_max and changed <= changed_max and doctors > 0))
);

create table entry (
  list text not null references list (code),          -- whose list
  gmc_number text not null,                           -- seven digits
  from_snapshot bigint not null,                      -- first snapshot with this version
  to_snapshot bigint,                                 -- first snapshot without it; null while current
  presence text not null check (presence in ('listed', 'not_confirmed')),
  since_ms bigint not null,                           -- when the doctor arrived on this list, request time, UTC ms
  content text not null,                              -- the facts as JSON: a listing, or what TIS says
  primary key (list, gmc_number, from_snapshot)
);
create unique index entry_current on entry (list, gmc_number) where to_snapshot is null;
create index entry_by_doctor on entry (gmc_number);

create table hold (
  id text primary key,                                -- UUIDv7
  list text not null references list (code),
  state text not null check (state in ('open', 'proposed', 'approved', 'rejected', 'superseded')),
  causes text not null,                               -- the brake's causes as JSON
  account text not null,                              -- the account as JSON
  before_doctors bigint,                              -- entries of the last good snapshot; null before the first
  doctors bigint not null,                            -- doctors of the list once published: the count a person types
  base_snapshot bigint not null,                      -- the snapshot it was compared with
  data_as_of_ms bigint not null,                      -- when the request was sent, UTC ms
  run_id text not null,
  proposed_by text,                                   -- first person, where two are needed
  decided_by text,                                    -- who approved or rejected
  decided_reason text,
  decided_at_ms bigint,                               -- UTC ms
  keep_until_ms bigint not null,                      -- UTC ms; the rows are wiped after that
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null
);
create unique index hold_open on hold (list) where state in ('open', 'proposed');

create table hold_chunk (
  hold_id text not null references hold (id),
  part bigint not null,                               -- 0, 1, 2 …
  content text not null,                              -- differences from the base snapshot, one a line, sorted by GMC number
  primary key (hold_id, part)
);

create table reject (
  id text primary key,                                -- UUIDv7
  list text not null references list (code),
  run_id text not null,
  reason text not null,                               -- closed word
  gmc_number text,                                    -- where it is known
  raw text not null,                                  -- the record as received, JSON; personal data
  keep_until_ms bigint not null,                      -- UTC ms
  cleared_at_ms bigint,                               -- a later answer no longer holds it; UTC ms
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null
);
create index reject_open on reject (list, created_at_ms) where cleared_at_ms is null;

create table doctor (
  gmc_number text primary key,                        -- seven digits
  body text,                                          -- the body that lists the doctor; null if none does
  presence text check (presence in ('listed', 'not_confirmed', 'left')),
  also_listed_by text,                                -- another body that lists the same doctor
  first_name text,
  last_name text,
  name_key text not null,                             -- folded, last name first
  submission_date text,                               -- ISO date
  submission_raw text,                                -- as received, where it is no date
  due_key text not null,                              -- submission date, or 9999-99-99: lists sort by it
  under_notice text not null check (under_notice in ('yes', 'no', 'on_hold', 'unknown', 'none')), -- none: not listed
  under_notice_raw text,                              -- as received, where not understood
  programme text,                                     -- current programmes, joined by a bar
  owner text,                                         -- owners, joined by a bar
  membership_type text,
  membership_type_known text not null check (membership_type_known in ('yes', 'no', 'none')),
  membership_end text,                                -- ISO date
  curriculum_end text,                                -- ISO date
  grade text,
  tis_body text,                                      -- the one body TIS claims the doctor for
  discrepancy text,                                   -- closed word
  discrepancy_why text,
  discrepancy_settles text,
  discrepancy_since_ms bigint,                        -- first seen, UTC ms
  gmc_snapshot bigint,                                -- snapshot of the body that made this row
  tis_snapshot bigint,                                -- snapshot of TIS that made this row
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null
);
create index doctor_by_name on doctor (body, name_key, gmc_number);
create index doctor_by_due on doctor (body, under_notice, due_key, gmc_number);
create index doctor_by_discrepancy on doctor (discrepancy, name_key, gmc_number) where discrepancy is not null;
create index doctor_left on doctor (gmc_number) where presence = 'left';

create table claim (
  gmc_number text not null,                           -- seven digits
  body text not null,                                 -- a body that TIS claims the doctor for
  primary key (gmc_number, body)
);
create index claim_by_body on claim (body, gmc_number);

create table run (
  id text primary key,                                -- UUIDv7
  job text not null,
  kind text not null check (kind in ('scheduled', 'manual', 'catch_up')),
  scheduled_for text,                                 -- local civil time and ordinal; null for manual
  state text not null check (state in ('due', 'running', 'succeeded', 'suspect', 'failed', 'missed', 'skipped', 'cancelled')),
  reason text not null,                               -- plain words: "published 12 of 13"
  requested_by text not null,                         -- actor
  build text not null,
  config_hash text not null,
  started_at_ms bigint,                               -- UTC ms
  ended_at_ms bigint,                                 -- UTC ms
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,
  check ((state in ('due', 'running')) = (ended_at_ms is null))
);
create unique index run_slot on run (job, scheduled_for);
create unique index run_open on run (job) where state = 'running';
create index run_by_time on run (created_at_ms, id);

create table attempt (
  run_id text not null references run (id),
  number bigint not null,                             -- 1, 2, 3 …
  state text not null check (state in ('running', 'done', 'failed', 'lost', 'interrupted')),
  node text not null,
  error text not null,
  peak_memory_bytes bigint,
  started_at_ms bigint not null,                      -- UTC ms
  heartbeat_at_ms bigint not null,                    -- UTC ms
  ended_at_ms bigint,                                 -- UTC ms
  updated_by text not null,
  primary key (run_id, number)
);
create unique index attempt_open on attempt (run_id) where state = 'running';

create table evidence (
  run_id text not null references run (id),
  list text not null,
  attempt bigint not null,                            -- the attempt that settled it
  outcome text not null check (outcome in ('published', 'held', 'failed')),
  reason text not null,
  cause text not null,
  client_request_id text not null,
  gmc_request_id text,
  requested_at_ms bigint not null,                    -- UTC ms
  received bigint not null,
  arrived bigint not null,
  changed bigint not null,
  same bigint not null,
  repeated bigint not null,
  rejected bigint not null,
  removed bigint not null,
  not_confirmed bigint not null,
  bytes bigint not null,
  calls bigint not null,
  duration_ms bigint not null,
  snapshot bigint,                                    -- published, if any
  created_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,
  primary key (run_id, list),
  check (received = arrived + changed + same + repeated + rejected)
);

create table alert (
  id text primary key,                                -- UUIDv7
  key text not null,                                  -- one per cause
  kind text not null,
  severity text not null check (severity in ('notice', 'warn', 'page')),
  state text not null check (state in ('open', 'acknowledged', 'resolved')),
  list text,
  run_id text,
  hold_id text,
  doctors_affected bigint not null,
  sentence text not null,                             -- impact in plain words, no personal data
  cause text not null,                                -- closed word
  next_action text not null,                          -- what to press or type
  times bigint not null,                              -- flips added
  owner text,
  opened_at_ms bigint not null,                       -- UTC ms
  resolved_at_ms bigint,                              -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null
);
create unique index alert_open on alert (key) where state in ('open', 'acknowledged');

create table audit (
  id text primary key,                                -- UUIDv7: sorts by time
  at_ms bigint not null,                              -- UTC ms
  actor text not null,
  action text not null,                               -- verb of the flow
  object text not null,                               -- what it was done to
  reason text not null,
  detail text not null                                -- JSON, no names of doctors
);
create index audit_by_time on audit (at_ms, id);

create table rebuild_row (
  rebuild_id text not null,                           -- UUIDv7 of one rebuild
  gmc_number text not null,
  content text not null,                              -- the row as it should be, JSON; empty if it should go
  primary key (rebuild_id, gmc_number)
);
