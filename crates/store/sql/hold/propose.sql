-- hold/propose: the first of two people.
-- $1 id  $2 proposed_by  $3 now_ms
update hold set state = 'proposed', proposed_by = $2, updated_at_ms = $3, updated_by = $2
where id = $1 and state = 'open'
