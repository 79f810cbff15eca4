-- intent/officer_refused: when the GMC last refused a recommendation of a body because its officer is not licensed (code 95).
-- $1 body
select max(settled_at_ms) as at_ms from intent where standing = 'rejected' and wish = 'recommend' and body = $1 and code = '95'
