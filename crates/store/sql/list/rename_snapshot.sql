-- list/rename_snapshot: carry a list's rows over to its new code.
-- $1 old code text   $2 new code text
update snapshot set list = $2 where list = $1
