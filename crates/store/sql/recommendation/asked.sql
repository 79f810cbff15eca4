-- recommendation/asked: it was asked about; the next time is later.
-- $1 id  $2 asks as read  $3 next_ask_ms
update recommendation set asks = asks + 1, next_ask_ms = $3 where id = $1 and asks = $2 and closed_at_ms is null
