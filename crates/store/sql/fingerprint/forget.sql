-- fingerprint/forget: what nodes were made of long ago is forgotten.
-- $1 last so before, ms
delete from fingerprint where seen_at_ms < $1
