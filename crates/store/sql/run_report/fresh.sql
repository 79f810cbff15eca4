-- run_report/fresh: how fresh the newest data of each job are that a good run took in, by its own word.
select p.job, max(p.as_of_ms) as as_of_ms from run_report p join run r on r.id = p.run_id
where p.as_of_ms is not null and r.state = 'succeeded' group by p.job order by p.job
