-- invitation/get: an invitation that can still be taken up.
-- $1 token_hash  $2 now_ms
select i.account, a.name, i.code_secret, i.ends_at_ms from invitation i left join account a on a.id = i.account
where i.token_hash = $1 and i.used_at_ms is null and i.ends_at_ms > $2
