-- report_key/all: the keys that nobody has taken back.
select id, job, used_at_ms, created_at_ms from report_key where revoked_at_ms is null order by job, created_at_ms, id
