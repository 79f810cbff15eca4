-- officer/all: the directory of responsible officers.
select body, gmc_number, surname, phone, user_name, email, updated_at_ms, updated_by from officer order by body
