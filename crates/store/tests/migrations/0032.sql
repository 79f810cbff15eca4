-- What version 32 knows beyond version 31: that an older program may serve on.
update schema_migration set serves_from = 32 where number = 32;
