-- recommendation/add_answer: what the GMC answered about one, as received.
-- $1 recommendation_id  $2 code  $3 status  $4 outcome  $5 at_ms
insert into recommendation_answer (recommendation_id, number, code, status, outcome, at_ms)
select cast($1 as text), coalesce(max(number), 0) + 1, cast($2 as text), cast($3 as text), cast($4 as text), cast($5 as bigint)
from recommendation_answer where recommendation_id = $1
