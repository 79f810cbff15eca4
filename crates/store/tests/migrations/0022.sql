-- What version 22 knows beyond version 21: a note in two wordings, and who works on a doctor.
insert into note values ('note-1', '9000001', 'user:amira', 'spoke on Tuesday', 2, 4000, 4100);
insert into note_text values ('note-1', 1, 'spoke on Monday', 4000);
insert into note_text values ('note-1', 2, 'spoke on Tuesday', 4100);
insert into allocation values ('9000001', 'amira', 4200, 'user:bao');
