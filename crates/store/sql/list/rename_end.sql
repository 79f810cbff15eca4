-- list/rename_end: nothing stands under the old code any more.
-- $1 old code text
delete from list where code = $1
