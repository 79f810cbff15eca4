-- recovery_code/left: how many codes a person has not used yet.
-- $1 account text
select count(*) as codes from recovery_code where account = $1 and used_at_ms is null
