-- intent/grant: a person says that the GMC does not have it; it may be sent once more.
-- $1 id  $2 fence  $3 sentence
update intent set standing = 'queued', grants = grants + 1, sentence = $3, unknown_since_ms = null, next_look_ms = null
where id = $1 and standing = 'unknown' and fence = $2 and grants = 0
