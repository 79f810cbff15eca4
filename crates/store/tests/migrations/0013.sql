-- What version 13 knows beyond version 12: an officer, and a recommendation that the GMC was asked about.
insert into officer values ('1-AIIDWT', '9000003', 'Sample', '0', 'sample', 'sample@example.org', 2000, 'os:ana');
insert into recommendation values ('recommendation-1', '9000001', '1-AIIDWT', '{}', '{}', 2, 'os:ana', 2000, 'os:ana', 2100, 'intent-1', 1, 9000, null);
insert into recommendation_comment values ('recommendation-1', 1, 'made up', 'os:ana', 2000);
insert into recommendation_answer values ('recommendation-1', 1, '0', 'Under Review', 'under_review', 2500);
