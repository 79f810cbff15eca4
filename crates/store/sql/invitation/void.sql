-- invitation/void: earlier invitations to the same account, or to the first of all, open nothing any more.
-- $1 account  $2 now_ms  $3 actor
update invitation set used_at_ms = $2, updated_at_ms = $2, updated_by = $3
where coalesce(account, '') = coalesce($1, '') and used_at_ms is null
