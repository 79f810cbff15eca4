-- What the next program might bring: nothing that this one reads is taken away or means something else.
create table rehearsal (id text primary key, said text not null);
alter table node add column rehearsed text;
create index node_rehearsed on node (rehearsed);
