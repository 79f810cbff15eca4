-- Version 16 knows no row that version 15 does not.
select 1;
