-- run/planned: until when a job's rows reach; null if it has none.
-- $1 job text
select max(due_at_ms) as due_at_ms from run where job = $1 and kind = 'scheduled'
