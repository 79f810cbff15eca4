-- doctor/mark_left: they left this body's complete answer and are on no other list yet.
-- $1 body text   $2 GMC numbers as a JSON array of one-element arrays   $3 now_ms bigint
update doctor set presence = 'left', updated_at_ms = $3, updated_by = 'doctor/mark_left'
where body = $1 and gmc_number in (select value ->> 0 from json_each($2))
