-- What version 14 knows beyond version 13: a node that can start nothing new.
insert into node values ('node-1', 'gmc node=node-1', 1000, 2500, '0.1.0', 'abc', 'fails', 2400, 'it was upgraded', 'node/beat');
