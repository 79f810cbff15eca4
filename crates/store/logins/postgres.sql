-- Logins of Reval on PostgreSQL, beside the owner of its tables. Each may do what its part of the program does, and no more:
-- none is a superuser, owns a table, makes one, or passes by the walls between rows. Run it in Reval's database as somebody who
-- may make roles, after each `reval migrate`; a second time changes nothing. Passwords are yours to set:
--   alter role reval_web password '…';

do $$ declare login text; begin
  foreach login in array array['reval_web', 'reval_job', 'reval_send', 'reval_watch'] loop
    begin
      execute format('create role %I login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls', login);
    exception when duplicate_object or unique_violation then null; end;
    execute format('revoke all on all tables in schema public from %I', login);
    execute format('grant usage on schema public to %I', login);
    -- What every part reads before it begins, and writes with every change: the audit only grows.
    execute format('grant select on schema_migration, site, audit, audit_head to %I', login);
    execute format('grant insert on audit to %I', login);
    execute format('grant update on audit_head to %I', login);
  end loop;
end $$;

-- Pages, the interface for programs and what people do at the machine: reads everything, within whose eyes it is; writes what
-- people decide. No run, no list, no doctor, and no state of a submission beyond what people may say of it.
grant select on all tables in schema public to reval_web;
grant insert, update on account, account_grant, api_token, invitation, proposal, officer, override, silence, intent, recommendation,
  alert, notification, subject, report_key, hidden, note, receipt to reval_web;
grant delete on receipt to reval_web;
grant insert, update, delete on letter_wish, session, guess, recovery_code, allocation, discrepancy_work to reval_web;
grant insert on identity, intent_step, past_recommendation, recommendation_comment, flip, note_text to reval_web;

-- Runs and their lists. Nobody's password, session or token is its business.
grant select on alert, alert_now, attempt, channel_health, claim, discrepancy, doctor, entry, evidence, flip, hold, hold_chunk, intent, intent_step,
  list, node, notification, officer, override, rebuild_row, recommendation, recommendation_answer, recommendation_comment, recount,
  reject, report_key, run, run_log, run_report, settings, settings_state, silence, snapshot, watcher to reval_job;
grant select, insert, update on fingerprint, parity, settings, settings_state to reval_job;
grant select, insert, update on play, play_step to reval_job;
grant delete on fingerprint to reval_job;
grant insert on site to reval_job;
-- What a program asked for is told in the transaction that does it.
grant select, update on receipt to reval_job;
grant insert, update on attempt, discrepancy, entry, evidence, hold, list, recount, reject, run, run_log, run_report, snapshot to reval_job;
grant select on drain to reval_job;
grant insert, update, delete on claim, doctor, drain, node to reval_job;
grant insert, delete on hold_chunk, rebuild_row to reval_job;
grant delete on list, reject, run_log, entry to reval_job;

-- Words to the GMC, and its answers.
grant select on doctor, claim, entry, intent, intent_step, list, officer, override, recommendation, recommendation_answer, snapshot
  to reval_send;
grant update on intent, recommendation to reval_send;
grant insert on intent_step, recommendation_answer to reval_send;
grant select (id, name, state) on account to reval_send;
grant select on letter, letter_wish to reval_send;
grant insert on letter to reval_send;

-- The watch: what was done, what is owed and who was told. Of records and wishes it sees counts alone.
grant select on alert, alert_now, attempt, channel_health, evidence, fingerprint, flip, hold, list, node, notification, override, parity, recount, run, run_report,
  settings_state, silence, snapshot, watcher to reval_watch;
grant select (list, reason, cleared_at_ms) on reject to reval_watch;
grant select (standing, unknown_since_ms, asked_at_ms) on intent to reval_watch;
grant select (id, closed_at_ms) on recommendation to reval_watch;
grant select (recommendation_id, number, outcome, at_ms) on recommendation_answer to reval_watch;
grant insert, update on alert, channel_health, notification to reval_watch;
grant insert on flip to reval_watch;
grant select on letter, letter_wish to reval_watch;
grant update on letter to reval_watch;
grant insert, update, delete on watcher to reval_watch;
