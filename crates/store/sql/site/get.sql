-- site/get: which environment this store belongs to.
select environment from site where id = 'site'
