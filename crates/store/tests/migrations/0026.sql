-- What version 26 knows beyond version 25: what a node is made of, and how another instance differs.
insert into fingerprint values ('node-1', 1000, 2000, '{}', 'fingerprint/insert');
insert into parity values ('live', 2000, 1000, 1, '{}', 'parity/save');
