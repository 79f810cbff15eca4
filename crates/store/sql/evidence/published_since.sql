-- evidence/published_since: lists that ended runs of a job have published from requests at or after an instant.
-- $1 job text   $2 since_ms bigint
select count(*) as lists from evidence join run on run.id = evidence.run_id
where run.job = $1 and run.ended_at_ms >= $2 and evidence.requested_at_ms >= $2 and evidence.outcome = 'published'
