-- intent/prove: a look-up or a person found it, or a person gave it up.
-- $1 id  $2 standing as read  $3 standing  $4 gmc_id  $5 sentence  $6 now_ms  $7 fence
update intent set standing = $3, gmc_id = coalesce($4, gmc_id), sentence = $5, settled_at_ms = $6, next_look_ms = null
where id = $1 and standing = $2 and fence = $7
