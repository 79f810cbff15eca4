-- drain/answered: whoever starts anew has ended as it was asked to.
-- $1 node
delete from drain where node = $1 and stays = 0
