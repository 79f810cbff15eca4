-- intent/queued: the oldest wishes that may be sent.
-- $1 how many bigint
select id from intent where standing = 'queued' and sends <= grants order by asked_at_ms, id limit $1
