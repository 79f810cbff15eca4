-- note/change: another wording, by its author, of the version that they read.
-- $1 id  $2 author  $3 version bigint  $4 text  $5 now_ms bigint
update note set text = $4, version = version + 1, changed_at_ms = $5 where id = $1 and author = $2 and version = $3
