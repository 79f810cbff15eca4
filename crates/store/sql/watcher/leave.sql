-- watcher/leave: a watcher was asked to stop.
-- $1 node text
delete from watcher where node = $1
