-- receipt/settle: what the try that is at work on it has done. No row: another took it over.
-- $1 id  $2 holder  $3 answer  $4 now_ms
update receipt set answer = $3, updated_at_ms = $4, updated_by = 'receipt/settle'
where id = $1 and holder = $2 and answer is null
