-- run/settle: give a running run its one end. The guard refuses a second.
-- $1 id  $2 state  $3 reason  $4 now_ms  $5 records  $6 worked_ms, both null where they are not the whole  $7 doubt
update run set state = $2, reason = $3, ended_at_ms = $4, records = $5, worked_ms = $6, doubt = $7,
  updated_at_ms = $4, updated_by = 'run/settle'
where id = $1 and state = 'running'
