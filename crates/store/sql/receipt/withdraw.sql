-- receipt/withdraw: the try came to nothing, and its key is free again.
-- $1 id  $2 holder
delete from receipt where id = $1 and holder = $2 and answer is null
