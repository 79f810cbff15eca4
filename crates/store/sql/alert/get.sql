-- alert/get: one alert.
-- $1 id text
select * from alert_now where id = $1
