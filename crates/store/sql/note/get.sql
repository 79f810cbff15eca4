-- note/get: one note.
-- $1 id
select id, gmc_number, author, text, version, written_at_ms, changed_at_ms from note where id = $1
