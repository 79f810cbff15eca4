-- note_text/keep: the wording that a note has now.
-- $1 note_id
insert into note_text (note_id, version, text, at_ms) select id, version, text, changed_at_ms from note where id = $1
