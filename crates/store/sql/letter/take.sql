-- letter/take: one sender tries it; another finds it later.
-- $1 account  $2 recommendation_id  $3 tries as read  $4 next_try_ms
update letter set tries = tries + 1, next_try_ms = $4
where account = $1 and recommendation_id = $2 and tries = $3 and state = 'waiting'
