-- A person's word that a node shall step out, and what each node does with what comes.

create table drain (
  node text primary key,
  stays bigint not null check (stays in (0, 1)),      -- whether it stays up once it has stepped out
  asked_at_ms bigint not null,                        -- UTC ms
  asked_by text not null,                             -- actor
  reason text not null,
  updated_by text not null                            -- operation
);

alter table node add column stance text not null default 'serving'
  check (stance in ('serving', 'draining', 'drained', 'leaving', 'ended'));
