-- report_key/insert: a program may report the runs of a job from now on.
-- $1 id  $2 key_hash  $3 job  $4 now_ms  $5 actor
insert into report_key (id, key_hash, job, created_at_ms, updated_at_ms, updated_by) values ($1, $2, $3, $4, $4, $5)
