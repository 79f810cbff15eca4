-- run/take_over: grant the lease anew once it has run out; the fence rises, so the old owner writes nothing more.
-- $1 id  $2 lease_owner  $3 lease_until_ms (store::now)  $4 lapsed before, ms (store::now)  $5 fence as read  $6 now_ms
update run set lease_owner = $2, lease_until_ms = $3, fence = fence + 1, updated_at_ms = $6, updated_by = 'run/take_over'
where id = $1 and state = 'running' and fence = $5 and (lease_until_ms is null or lease_until_ms < $4)
returning fence
