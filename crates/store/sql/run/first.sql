-- run/first: when the first row of a job was made.
-- $1 job text
select min(created_at_ms) as created_at_ms from run where job = $1
