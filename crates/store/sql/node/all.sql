-- node/all: every known node.
select name, labels, started_at_ms, beat_at_ms, build, config_hash, launch, launched_at_ms, launch_error, stance
from node order by name
