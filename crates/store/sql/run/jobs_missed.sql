-- run/jobs_missed: the jobs of which a planned run was missed since an instant.
-- $1 start_by_ms bigint
select distinct job from run where state = 'missed' and kind = 'scheduled' and start_by_ms > $1
