-- parity/all: how other instances differ from this one, by name.
select instance, compared_at_ms, since_ms, undeclared, content from parity order by instance
