-- settings_state/all: what every node runs on.
select node, running, written, problem, since_ms from settings_state order by node
