-- audit/place: put a row that stood before there was a chain into its place; a trigger refuses this ever after.
-- $1 id  $2 seq  $3 prev_hash  $4 hash
update audit set seq = $2, prev_hash = $3, hash = $4 where id = $1 and seq is null
