-- audit/seal: the head is the row that was just written.
-- $1 seq  $2 hash
update audit_head set hash = $2 where id = 'head' and seq = $1
