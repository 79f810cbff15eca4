-- audit/first_loose: a row that is no part of the chain.
select id from audit where seq is null or seq < 1 order by at_ms, id limit 1
