-- intent/looked: a look proved nothing; the next one is later.
-- $1 id  $2 looks as read  $3 next_look_ms  $4 standing as read
update intent set looks = looks + 1, next_look_ms = $3 where id = $1 and standing = $4 and looks = $2
