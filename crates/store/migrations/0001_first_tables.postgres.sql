-- Differs because PostgreSQL has no json_each over an array given as text; with it, one text of each bulk statement serves both.
-- jsonb, because a row of many columns is then parsed once and not once for each column.
create function json_each(rows text) returns table (value jsonb) language sql immutable as
  $$ select jsonb_array_elements(rows::jsonb) $$;
