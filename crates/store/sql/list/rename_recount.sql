-- list/rename_recount: carry a list's rows over to its new code.
-- $1 old code text   $2 new code text
update recount set list = $2 where list = $1
