-- run/measured: what one whole run took and brought.
-- $1 id text
select worked_ms, records from run where id = $1 and records is not null and worked_ms is not null
