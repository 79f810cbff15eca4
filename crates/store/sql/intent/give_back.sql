-- intent/give_back: it was proven not carried out; the send does not count.
-- $1 id  $2 fence  $3 code  $4 sentence
update intent set standing = 'queued', sends = sends - 1, lease_until_ms = null, code = $3, sentence = $4
where id = $1 and standing = 'sending' and fence = $2
