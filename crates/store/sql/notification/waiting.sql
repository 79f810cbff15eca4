-- notification/waiting: how much waits for each channel, and how often the most stubborn of it was tried.
select channel, count(*) as waiting, max(attempts) as tries from notification
where state in ('waiting', 'failed') and kind <> 'test' group by channel order by channel
