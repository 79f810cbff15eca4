-- guess/right_since: whether a try of this bucket was right since an instant.
-- $1 bucket  $2 since_ms
select bucket from guess where bucket = $1 and right_at_ms >= $2
