-- play/verified: recipes that were carried out and verified here, each once.
select distinct procedure, recipe from play where state = 'verified' order by procedure, recipe
