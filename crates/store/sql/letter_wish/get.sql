-- letter_wish/get: where somebody wants letters.
-- $1 account
select email from letter_wish where account = $1
