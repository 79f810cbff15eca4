-- The audit is a chain: each row's hash covers the row and the hash before it. Rows that stood before are chained by the
-- program in the order of their time, between this text and the triggers, which stand in the files beside this one because
-- each engine has its own language.

alter table audit add column seq bigint;               -- place in the chain: 1, 2, 3 …
alter table audit add column behalf text not null default ''; -- on whose behalf; empty where it is the actor's own
alter table audit add column prev_hash text;           -- hash of the row before; 64 zeros before the first
alter table audit add column hash text;                -- SHA-256, hexadecimal

create unique index audit_by_seq on audit (seq);
create index audit_of_object on audit (action, object, seq);

create table audit_head (
  id text primary key check (id = 'head'),            -- one row: whoever writes an audit row takes it, last of all
  seq bigint not null,                                -- place of the newest row
  hash text not null                                  -- its hash
);
insert into audit_head (id, seq, hash) values ('head', 0, '0000000000000000000000000000000000000000000000000000000000000000');
