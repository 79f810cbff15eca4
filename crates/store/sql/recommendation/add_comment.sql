-- recommendation/add_comment: a comment; none is ever changed.
-- $1 recommendation_id  $2 text  $3 author  $4 at_ms
insert into recommendation_comment (recommendation_id, number, text, author, at_ms)
select cast($1 as text), coalesce(max(number), 0) + 1, cast($2 as text), cast($3 as text), cast($4 as bigint)
from recommendation_comment where recommendation_id = $1
