-- A job that comes after another is done again where a list of that other was published after it had begun.
alter table run add column repeats text;               -- id of the run that this one does again; null for all others
create unique index run_repeats on run (job, repeats);
create index evidence_by_time on evidence (created_at_ms);
