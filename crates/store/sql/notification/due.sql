-- notification/due: whether a channel has anything to send now.
-- $1 channel  $2 now_ms by store::now  $3 now_ms
select id from notification where channel = $1 and state in ('waiting', 'failed') and next_try_at_ms <= $3
  and (claimed_until_ms is null or claimed_until_ms <= $2) limit 1
