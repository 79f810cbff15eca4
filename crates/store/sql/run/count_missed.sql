-- run/count_missed: how many runs of a job were missed since an instant.
-- $1 job text   $2 after, ms bigint
select count(*) as runs from run where job = $1 and state = 'missed' and start_by_ms > $2
