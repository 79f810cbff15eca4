-- Recommendations of a service before ours, imported as they were written there. None of them is ever sent.
create table past_recommendation (
  digest text primary key,                            -- SHA-256 of content: the same row is taken in once
  gmc_number text not null,
  gmc_id text,                                        -- RecommendationID; null: older rows lack it
  content text not null,                              -- domain::recommendation::past::Past, JSON
  imported_at_ms bigint not null,                     -- UTC ms
  imported_by text not null                           -- actor
);
create unique index past_recommendation_of_gmc on past_recommendation (gmc_id) where gmc_id is not null;
create index past_recommendation_of_doctor on past_recommendation (gmc_number);
