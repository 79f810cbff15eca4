-- audit/begin: the head of a chain of the rows that stood before it.
-- $1 seq  $2 hash
update audit_head set seq = $1, hash = $2 where id = 'head'
