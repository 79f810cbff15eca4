-- watcher/all: who watches, and when each was last seen.
select node, started_at_ms, beat_at_ms, alerting, build, config_hash from watcher order by node
