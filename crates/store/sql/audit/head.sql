-- audit/head: the head of the chain.
select seq, hash from audit_head where id = 'head'
