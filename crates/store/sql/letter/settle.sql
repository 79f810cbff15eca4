-- letter/settle: what the relay said, and whether that was the last try.
-- $1 account  $2 recommendation_id  $3 state  $4 answer  $5 settled_at_ms; null while it waits
update letter set state = $3, answer = $4, settled_at_ms = $5 where account = $1 and recommendation_id = $2 and state = 'waiting'
