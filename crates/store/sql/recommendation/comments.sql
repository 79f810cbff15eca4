-- recommendation/comments: the comments on one, in order.
-- $1 recommendation_id
select number, text, author, at_ms from recommendation_comment where recommendation_id = $1 order by number
