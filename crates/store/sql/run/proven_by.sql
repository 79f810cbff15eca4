-- run/proven_by: the program that did the newest good run of a job.
-- $1 job text
select build from run where job = $1 and state = 'succeeded' order by ended_at_ms desc limit 1
