-- What is to be looked at again, and what is to be forgotten, is found without reading every wish there ever was; so is the GMC's
-- last refusal of us as a caller.
create index intent_to_look_at on intent (next_look_ms) where next_look_ms is not null;
create index intent_to_forget on intent (settled_at_ms) where settled_at_ms is not null and fields <> '';
create index intent_step_refused on intent_step (at_ms) where code = '99';
create index recommendation_answer_refused on recommendation_answer (at_ms) where code = '99';
