-- run_log/of_run: what a run said after some line.
-- $1 run_id  $2 after seq  $3 limit
select seq, attempt, at_ms, level, text, lines_cut, bytes_cut from run_log where run_id = $1 and seq > $2 order by seq limit $3
