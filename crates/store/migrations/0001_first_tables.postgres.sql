-- Differs because PostgreSQL has no json_each over an array given as text; with it, one text of each bulk statement serves both.
create function json_each(rows text) returns table (value json) language sql immutable as
  $$ select json_array_elements(rows::json) $$;
