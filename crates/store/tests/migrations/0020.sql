-- What version 20 knows beyond version 19: somebody whom a provider vouches for.
insert into identity values ('https://idp.example', '7', 'account-1', 3000, 3000, 'identity/insert');
