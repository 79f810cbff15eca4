insert into report_key (id, key_hash, job, used_at_ms, revoked_at_ms, created_at_ms, updated_at_ms, updated_by)
values ('key-1', '00', 'ndw-etl-prod', 1606262400000, null, 1606262400000, 1606262400000, 'os:ana');
insert into run_report (run_id, job, rid, as_of_ms, created_at_ms, updated_at_ms, updated_by)
values ('run-1', 'ndw-etl-prod', 'build-41', 1606262400000, 1606262400000, 1606262400000, 'run_report/put');
