-- run/good: what the last good whole runs of a job took and brought.
-- $1 job text   $2 how many bigint
select worked_ms, records from run
where job = $1 and state = 'succeeded' and records is not null order by ended_at_ms desc limit $2
