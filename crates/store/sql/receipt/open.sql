-- receipt/open: a try begins, unless another is at work on the same or has done it.
-- $1 id  $2 token  $3 request_hash  $4 holder  $5 now_ms  $6 begun_at_ms before which a try is given up
insert into receipt (id, token, request_hash, holder, begun_at_ms, updated_at_ms, updated_by)
values ($1, $2, $3, $4, $5, $5, 'receipt/open')
on conflict (id) do update set holder = excluded.holder, begun_at_ms = excluded.begun_at_ms,
  updated_at_ms = excluded.updated_at_ms, updated_by = excluded.updated_by
where receipt.answer is null and receipt.begun_at_ms < $6 and receipt.request_hash = excluded.request_hash
