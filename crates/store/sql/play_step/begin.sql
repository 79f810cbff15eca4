-- play_step/begin: a step is tried.
-- $1 play_id  $2 number  $3 name  $4 now_ms  $5 actor
insert into play_step (play_id, number, name, began_at_ms, ended_at_ms, evidence, updated_by) values ($1, $2, $3, $4, null, '', $5)
on conflict (play_id, number) do update set began_at_ms = excluded.began_at_ms, updated_by = excluded.updated_by
