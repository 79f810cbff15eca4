-- settings/asked: when a person last asked for that; null if nobody did.
select max(asked_at_ms) as asked_at_ms from settings
