-- watcher/beat: a watcher lives.
-- $1 node  $2 now_ms by store::now  $3 alerting  $4 build  $5 config_hash
insert into watcher (node, started_at_ms, beat_at_ms, alerting, build, config_hash, updated_by)
values ($1, $2, $2, $3, $4, $5, 'watcher/beat')
on conflict (node) do update set beat_at_ms = excluded.beat_at_ms, alerting = excluded.alerting, build = excluded.build,
  config_hash = excluded.config_hash
