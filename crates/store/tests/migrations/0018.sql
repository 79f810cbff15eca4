-- Version 18 knows no row that version 17 does not.
select 1;
