-- What version 4 knows beyond version 3: audit rows after the chain's head. The hashes are not those of these rows.
update audit_head set seq = seq + 1;
insert into audit (id, at_ms, actor, behalf, action, object, reason, detail, seq, prev_hash, hash)
select 'audit-2', 2400, 'os:ben', 'os:ana', 'reject', 'hold/hold-2', 'a mistake', '{}', seq, hash, 'made up' from audit_head;
update audit_head set hash = 'made up';
