-- identity/of_account: whether a provider vouches for whoever has an account.
-- $1 account text
select issuer from identity where account = $1
