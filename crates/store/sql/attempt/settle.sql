-- attempt/settle: how one try ended.
-- $1 run_id  $2 number  $3 state  $4 error  $5 peak_memory_bytes  $6 now_ms
update attempt set state = $3, error = $4, peak_memory_bytes = $5, ended_at_ms = $6, updated_by = 'attempt/settle'
where run_id = $1 and number = $2 and state = 'running'
