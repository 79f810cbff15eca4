-- evidence/published_since: lists that ended runs of a job have published from requests at or after an instant, by
-- themselves or by a person's word on what they held.
-- $1 job text   $2 since_ms bigint
select count(*) as lists from evidence join run on run.id = evidence.run_id
where run.job = $1 and run.ended_at_ms >= $2 and evidence.requested_at_ms >= $2
  and (evidence.outcome = 'published' or exists (
    select 1 from hold where hold.run_id = evidence.run_id and hold.list = evidence.list and hold.state = 'approved'))
