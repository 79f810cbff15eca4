-- fingerprint/since: what nodes were made of since an instant, each node's oldest first.
-- $1 seen since, ms
select node, content from fingerprint where seen_at_ms >= $1 order by node, made_at_ms
