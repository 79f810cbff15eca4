-- letter_wish/drop: somebody wants none any more.
-- $1 account
delete from letter_wish where account = $1
