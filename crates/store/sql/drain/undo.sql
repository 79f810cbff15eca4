-- drain/undo: a node shall not step out any more.
-- $1 node
delete from drain where node = $1
