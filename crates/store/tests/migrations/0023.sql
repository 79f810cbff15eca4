-- What version 23 knows beyond version 22: a disagreement that somebody looks into, and one that is hidden.
insert into discrepancy_work values ('9000001', 'transfer', 4000, 'waiting_gmc', 'amira', 'asked on Monday', 4100);
insert into hidden values ('hidden-1', '9000001', '1-AIIDWT', 'transfer', '1-AIIDWT', '1-25U-830', 'known', '2026-12-31', 4200, 'user:amira', null, null);
