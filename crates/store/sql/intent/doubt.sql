-- intent/doubt: nothing is proven.
-- $1 id  $2 fence  $3 code  $4 sentence  $5 now_ms  $6 next_look_ms
update intent set standing = 'unknown', lease_until_ms = null, code = $3, sentence = $4, unknown_since_ms = $5, looks = 0,
  next_look_ms = $6
where id = $1 and standing = 'sending' and fence = $2
