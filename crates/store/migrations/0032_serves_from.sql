-- The oldest program that may serve on once a version is there; null where only those of that version may.
alter table schema_migration add column serves_from bigint;
