-- receipt/read: what is known of a change that a program asked for.
-- $1 id
select request_hash, answer from receipt where id = $1
