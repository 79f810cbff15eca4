-- node/beat: a node lives, and what it is now.
-- $1 name  $2 labels  $3 started_at_ms  $4 beat_at_ms  $5 build  $6 config_hash  $7 launch  $8 launched_at_ms  $9 launch_error
-- $10 stance
insert into node (name, labels, started_at_ms, beat_at_ms, build, config_hash, launch, launched_at_ms, launch_error, stance,
  updated_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'node/beat')
on conflict (name) do update set labels = excluded.labels, started_at_ms = excluded.started_at_ms,
  beat_at_ms = excluded.beat_at_ms, build = excluded.build, config_hash = excluded.config_hash, launch = excluded.launch,
  launched_at_ms = excluded.launched_at_ms, launch_error = excluded.launch_error, stance = excluded.stance
