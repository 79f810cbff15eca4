-- guess/take: take a bucket for one try; whoever else tries by the same waits. Gives what failed before.
-- $1 bucket  $2 now_ms
insert into guess (bucket, failed, in_a_row, updated_at_ms, updated_by) values ($1, '[]', 0, $2, 'guess/take')
on conflict (bucket) do update set updated_at_ms = $2, updated_by = 'guess/take' returning failed, in_a_row
