-- fingerprint/insert: a node is made of something else than before.
-- $1 node  $2 made_at_ms  $3 content
insert into fingerprint (node, made_at_ms, seen_at_ms, content, updated_by) values ($1, $2, $2, $3, 'fingerprint/insert')
on conflict (node, made_at_ms) do update set content = excluded.content
