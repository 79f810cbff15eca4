-- recommendation/answers: everything the GMC answered about one, in order.
-- $1 recommendation_id
select number, code, status, at_ms from recommendation_answer where recommendation_id = $1 order by number
