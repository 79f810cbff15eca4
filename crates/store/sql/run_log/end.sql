-- run_log/end: where a run's log ends, how large it is, and whether lines were left out of it.
-- $1 run_id
select seq, bytes, (select count(*) from run_log cut where cut.run_id = $1 and cut.level = 'cut') as cuts
from run_log where run_id = $1 order by seq desc limit 1
