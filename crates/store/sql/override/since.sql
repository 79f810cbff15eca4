-- override/since: what counts, will count, or has ended at or after an instant; in the order in which it begins.
-- $1 ended at or after, ms
select id, what, owner, reason, answers, starts_at_ms, ends_at_ms, ended_at_ms, ended_by from override
where ends_at_ms >= $1 and coalesce(ended_at_ms, ends_at_ms) >= $1 order by starts_at_ms, id
