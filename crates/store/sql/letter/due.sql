-- letter/due: letters whose time has come, with the address where it is still wanted.
-- $1 now_ms  $2 how many bigint
select l.account, l.recommendation_id, l.tries, w.email
from letter l left join letter_wish w on w.account = l.account
where l.state = 'waiting' and l.next_try_ms <= $1 order by l.next_try_ms, l.account, l.recommendation_id limit $2
