-- note/insert: a note.
-- $1 id  $2 gmc_number  $3 author  $4 text  $5 now_ms
insert into note (id, gmc_number, author, text, version, written_at_ms, changed_at_ms)
values ($1, $2, $3, $4, 1, cast($5 as bigint), cast($5 as bigint))
