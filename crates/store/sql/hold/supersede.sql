-- hold/supersede: a fresh complete answer takes the place of what waits.
-- $1 list text   $2 now_ms bigint
update hold set state = 'superseded', updated_at_ms = $2, updated_by = 'hold/supersede'
where list = $1 and state in ('open', 'proposed')
