-- discrepancy_work/put: where people stand with the disagreements about these doctors, each in its present stretch.
-- $1 GMC numbers as a JSON array of one-element arrays  $2 stage  $3 owner  $4 reason  $5 now_ms bigint
insert into discrepancy_work (gmc_number, kind, since_ms, stage, owner, reason, set_at_ms)
select d.gmc_number, d.discrepancy, x.since_ms, cast($2 as text), cast($3 as text), cast($4 as text), cast($5 as bigint)
from doctor d join discrepancy x on x.gmc_number = d.gmc_number and x.kind = d.discrepancy
where d.gmc_number in (select value ->> 0 from json_each($1))
on conflict (gmc_number, kind) do update set since_ms = excluded.since_ms, stage = excluded.stage, owner = excluded.owner,
  reason = excluded.reason, set_at_ms = excluded.set_at_ms
