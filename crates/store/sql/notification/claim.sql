-- notification/claim: take in hand what is due for one channel, oldest first.
-- $1 channel  $2 claimed_by  $3 claimed_until_ms (store::now)  $4 now_ms by store::now  $5 now_ms  $6 how many bigint
update notification set claimed_by = $2, claimed_until_ms = $3, updated_at_ms = $5, updated_by = 'notification/claim'
where id in (select id from notification where channel = $1 and state in ('waiting', 'failed') and next_try_at_ms <= $5
    and (claimed_until_ms is null or claimed_until_ms <= $4) order by created_at_ms, id limit $6)
  and state in ('waiting', 'failed') and (claimed_until_ms is null or claimed_until_ms <= $4)
returning id, alert_id, about, channel, kind, sequence, batch, severity, message, to_person, stands_in_for, state, attempts,
  next_try_at_ms, first_failed_at_ms, last_answer, delivered_at_ms, created_at_ms
