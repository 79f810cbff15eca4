-- What version 22 knows beyond version 21: settings that were found sound, and a node that runs on others than its file says.
insert into settings values ('node-1', 'abc', '{}', '0.1.0', null, 1000, 'node-1');
insert into settings_state values ('node-1', 'abc', '', 'line 3: gmc.attempts must be a whole number', 2000, 'settings_state/save');
