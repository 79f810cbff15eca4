-- intent/seen: the list was read anew, and this is what it says of what the GMC called so already.
-- $1 id  $2 looks as read  $3 sentence
update intent set sentence = $3, next_look_ms = null
where id = $1 and standing = 'accepted' and next_look_ms is not null and looks = $2
