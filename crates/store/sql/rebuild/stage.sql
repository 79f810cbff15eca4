-- rebuild/stage: doctors whose rows differ, by number alone: the swap derives each anew.
-- $1 rebuild_id text   $2 GMC numbers as a JSON array of one-element arrays
insert into rebuild_row (rebuild_id, gmc_number) select $1, value ->> 0 from json_each($2)
