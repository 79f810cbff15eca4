-- run/doubt: what was too little about one run, as it was judged at its end.
-- $1 id text
select doubt from run where id = $1
