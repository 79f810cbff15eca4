-- note_text/of_note: every wording of a note, the newest first.
-- $1 note_id
select text, at_ms from note_text where note_id = $1 order by version desc
