-- run_log/cut: count what was left out, in the one line that says so.
-- $1 run_id  $2 seq (if it is the first)  $3 attempt  $4 now_ms  $5 bytes  $6 lines_cut  $7 bytes_cut
insert into run_log (run_id, seq, attempt, at_ms, level, text, bytes, lines_cut, bytes_cut)
values ($1, $2, $3, $4, 'cut', '', $5, $6, $7)
on conflict (run_id) where level = 'cut' do update set
  lines_cut = run_log.lines_cut + excluded.lines_cut, bytes_cut = run_log.bytes_cut + excluded.bytes_cut
