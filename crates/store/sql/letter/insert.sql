-- letter/insert: what the GMC decided, to whoever of that name wants it; one letter of a recommendation to one person.
-- $1 name  $2 recommendation_id  $3 now_ms
insert into letter (account, recommendation_id, state, next_try_ms, created_at_ms)
select a.id, cast($2 as text), 'waiting', cast($3 as bigint), cast($3 as bigint)
from account a join letter_wish w on w.account = a.id where a.name = $1 and a.state = 'active'
on conflict do nothing
