-- What version 27 knows beyond version 26: a node that was asked to step out.
insert into drain values ('node-1', 1, 1000, 'ana', 'its disk is exchanged', 'drain/ask');
update node set stance = 'drained';
