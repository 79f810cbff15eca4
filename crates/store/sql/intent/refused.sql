-- intent/refused: whether the GMC's last word about us as a caller is a refusal: code 99 to something sent or asked, and no list
-- that was asked for since has come whole.
select coalesce(max(said.at_ms), 0) as refused_ms,
  coalesce((select max(l.data_as_of_ms) from list l where l.code <> 'TIS'), 0) as heard_ms
from (select at_ms from intent_step where code = '99' union all select at_ms from recommendation_answer where code = '99') said
