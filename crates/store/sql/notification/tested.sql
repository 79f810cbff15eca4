-- notification/tested: the channels for which a test was written.
-- $1 what the test is called
select channel from notification where about = $1 and kind = 'test' order by channel
