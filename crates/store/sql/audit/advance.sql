-- audit/advance: take the head of the chain for one more row; gives that row's place and the hash it follows.
update audit_head set seq = seq + 1 where id = 'head' returning seq, hash
