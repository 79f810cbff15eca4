-- run/renew: hold on to a lease, or let it run out at an instant; only by its own fence. It locks the row as well, so
-- that a transaction which renews first cannot be overtaken.
-- $1 id  $2 fence  $3 lease_until_ms (store::now)  $4 now_ms
update run set lease_until_ms = $3, updated_at_ms = $4, updated_by = 'run/renew'
where id = $1 and state = 'running' and fence = $2
