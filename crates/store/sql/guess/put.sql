-- guess/put: what has failed now, and when one was right.
-- $1 bucket  $2 failed  $3 in_a_row  $4 right_at_ms
update guess set failed = $2, in_a_row = $3, right_at_ms = coalesce($4, right_at_ms), updated_by = 'guess/put' where bucket = $1
