-- notification/tests_owed: tests that no receiver has said to have.
select channel, created_at_ms from notification where state in ('waiting', 'failed') and kind = 'test' order by created_at_ms
