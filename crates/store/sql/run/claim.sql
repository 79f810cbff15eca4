-- run/claim: begin what is due, each with a lease. The guards decide the race; the loser gets no row. Of one job at most one.
-- $1 JSON array of [id]  $2 lease_owner  $3 lease_until_ms (store::now)  $4 now_ms  $5 build  $6 config_hash  $7 requested_by
update run set state = 'running', started_at_ms = $4, lease_owner = $2, lease_until_ms = $3, fence = fence + 1, build = $5,
  config_hash = $6, requested_by = case kind when 'manual' then requested_by else $7 end, updated_at_ms = $4, updated_by = 'run/claim'
where id in (select value ->> 0 from json_each($1)) and state = 'due'
  and not exists (select 1 from run other where other.job = run.job and other.state = 'running')
returning id, fence
