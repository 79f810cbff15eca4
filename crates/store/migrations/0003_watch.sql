-- Alerts have a life, told step by step in `flip`; what people are told about them waits in `notification`, written in
-- the transaction of the change it tells of.

-- An alert that is open or acknowledged and has `recovered_at_ms` is recovered, unproven: a person made it good, and the
-- next run by schedule has still to pass.
alter table alert add column version bigint not null default 0; -- raised by each change: who read an older one changes nothing
alter table alert add column job text;                 -- the job, where it is about one
alter table alert add column env text not null default ''; -- environment
alter table alert add column bodies text not null default '[]'; -- codes of the lists it is about, JSON
alter table alert add column remedy text not null default ''; -- what makes it good, in plain words
alter table alert add column action_label text not null default ''; -- next action: what the button says
alter table alert add column action_method text not null default 'GET' check (action_method in ('GET', 'POST'));
alter table alert add column action_url text not null default ''; -- where it leads; empty where there is no page
alter table alert add column last_good_at_ms bigint;   -- when it was last known to be well, UTC ms
alter table alert add column build text not null default ''; -- program of the run, or of the watch
alter table alert add column config_hash text not null default ''; -- settings of the run, or of the watch
alter table alert add column since_ms bigint;          -- when the condition began, UTC ms; null: when it was opened
alter table alert add column seen_at_ms bigint;        -- when the condition was last found, UTC ms
alter table alert add column evidence text not null default ''; -- identity of what was last counted as a flip
alter table alert add column acknowledged_at_ms bigint; -- UTC ms
alter table alert add column recovered_at_ms bigint;   -- made good by hand, not yet proven; UTC ms
alter table alert add column resolved_why text not null default ''; -- the evidence on which it was resolved
alter table alert add column is_flapping text not null default 'no' check (is_flapping in ('yes', 'no'));
alter table alert add column announced_at_ms bigint;   -- when its first notifications were written, UTC ms
alter table alert add column reminded_at_ms bigint;    -- when the last reminder was written, UTC ms
alter table alert add column escalated bigint not null default 0; -- steps of its policy taken
alter table alert add column explained_by text;        -- key of the alert that tells of this one as well: one message

create index alert_by_key on alert (key, opened_at_ms);

-- An alert as it is read: with the state that follows from its instants.
create view alert_now as
select id, version, key, kind, severity, state as kept_state,
  case when state <> 'resolved' and recovered_at_ms is not null then 'recovered_unproven' else state end as state,
  job, list, env, bodies, run_id, hold_id, doctors_affected, sentence, cause, remedy, next_action, action_label, action_method,
  action_url, last_good_at_ms, build, config_hash, coalesce(since_ms, opened_at_ms) as since_ms, seen_at_ms, evidence, times,
  owner, opened_at_ms, acknowledged_at_ms, recovered_at_ms, resolved_at_ms, resolved_why, is_flapping, announced_at_ms,
  reminded_at_ms, escalated, explained_by
from alert;

-- What was too little about a run is judged once, when it ends, and the watch reads that word.
alter table run add column doubt text;                 -- plain words; null where nothing was
update run set doubt = reason where state = 'suspect'
  and id in (select run_id from alert where kind = 'SUSPECT' and state in ('open', 'acknowledged'));

-- The watch asks each second since when a job is known.
create index run_made_of_job on run (job, created_at_ms);

create table flip (
  alert_id text not null references alert (id),
  number bigint not null,                             -- 1, 2, 3 …
  what text not null check (what in ('opened', 'again', 'changed', 'acknowledged', 'recovered', 'relapsed', 'resolved',
    'flapping', 'reminded', 'escalated', 'silenced', 'noted')),
  sentence text not null,                             -- plain words, no personal data
  run_id text,                                        -- the run it was read from
  actor text not null,                                -- a person, or the watch
  at_ms bigint not null,                              -- UTC ms
  primary key (alert_id, number)
);

create table notification (
  id text primary key,                                -- UUIDv7
  alert_id text references alert (id),                -- null: a test
  about text not null,                                -- the alert's id, or what the test is called
  channel text not null,                              -- its name in the settings
  kind text not null check (kind in ('opened', 'changed', 'reminder', 'escalated', 'recovered', 'resolved', 'test')),
  sequence bigint not null,                           -- the flip or reminder it tells of: each is told once a channel
  batch text not null,                                -- written together: one message to the channel
  severity text not null check (severity in ('notice', 'warn', 'page')),
  message text not null,                              -- the payload as JSON, no personal data
  to_person text,                                     -- whom it asks for, where escalated
  stands_in_for text,                                 -- the channel that did not take it
  state text not null check (state in ('waiting', 'sent', 'failed', 'held_back', 'moot')),
                                                      -- held_back: by a silence; moot: over before anybody could be told
  attempts bigint not null,
  next_try_at_ms bigint not null,                     -- UTC ms
  claimed_by text,                                    -- sender that has it in hand
  claimed_until_ms bigint,                            -- store::now, UTC ms; then any sender may take it
  first_failed_at_ms bigint,                          -- UTC ms
  last_answer text not null,                          -- what the receiver said last, no secrets
  delivered_at_ms bigint,                             -- when the receiver said that it has it, UTC ms
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null,
  check ((state = 'sent') = (delivered_at_ms is not null))
);
create unique index notification_once on notification (about, channel, kind, sequence);
create index notification_due on notification (channel, next_try_at_ms) where state in ('waiting', 'failed');
create index notification_of_alert on notification (alert_id, created_at_ms);

create table silence (
  id text primary key,                                -- UUIDv7
  matches text not null check (matches in ('key', 'kind', 'job', 'list', 'all')),
  value text not null,                                -- the key, kind, job or list; a key may end in *
  reason text not null check (reason <> ''),
  created_by text not null,                           -- actor
  starts_at_ms bigint not null,                       -- UTC ms
  ends_at_ms bigint not null,                         -- UTC ms; never without an end
  ended_by text,                                      -- who ended it early
  created_at_ms bigint not null,                      -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  check (ends_at_ms > starts_at_ms)
);
create index silence_by_end on silence (ends_at_ms);

create table channel_health (
  channel text primary key,                           -- its name in the settings
  state text not null check (state in ('well', 'failing')),
  since_ms bigint not null,                           -- in this state, UTC ms
  last_sent_at_ms bigint,                             -- UTC ms
  last_failed_at_ms bigint,                           -- UTC ms
  failures bigint not null,                           -- in a row
  last_answer text not null,                          -- what the receiver said last, no secrets
  receipt_for text not null,                          -- day of the newest test with a receipt, ISO; perhaps empty
  receipt_at_ms bigint,                               -- UTC ms
  updated_at_ms bigint not null,                      -- UTC ms
  updated_by text not null
);

create table watcher (
  node text primary key,                              -- where it watches
  started_at_ms bigint not null,                      -- UTC ms
  beat_at_ms bigint not null,                         -- its last turn by store::now, UTC ms
  alerting text not null check (alerting in ('ok', 'failed')),
  build text not null,
  config_hash text not null,
  updated_by text not null
);
