-- attempt/beat: still alive.
-- $1 run_id  $2 number  $3 now_ms
update attempt set heartbeat_at_ms = $3 where run_id = $1 and number = $2 and state = 'running'
