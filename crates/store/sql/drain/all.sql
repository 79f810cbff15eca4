-- drain/all: every node that shall step out, or has.
select node, stays, asked_at_ms, asked_by, reason from drain order by node
