-- past_recommendation/of_doctor: those of a doctor, in no order of meaning.
-- $1 gmc_number
select content, imported_at_ms, imported_by from past_recommendation where gmc_number = $1 order by digest
