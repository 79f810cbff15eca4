-- run_log/wipe: forget lines that have been kept long enough.
-- $1 said before, ms
delete from run_log where at_ms < $1
