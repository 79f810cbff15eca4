-- recovery_code/clear: the codes of before open nothing any more.
-- $1 account text
delete from recovery_code where account = $1
