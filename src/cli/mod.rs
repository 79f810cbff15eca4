//! The command line: one file for each verb; each is a few lines over what the rooms can do.

mod abort;
mod ack;
mod alert;
mod alerts;
mod approve;
mod audit;
mod audit_heads;
mod channels;
mod check_config;
mod compare;
mod config;
mod connections;
mod demo;
mod discrepancies;
mod doctor;
mod drain;
mod drill;
mod explain;
mod fingerprint;
mod gmc_sim;
mod grants;
mod holds;
mod jobs;
mod keys;
mod leaving;
mod live;
mod migrate;
mod next;
mod nodes;
mod officers;
mod overrides;
mod parity;
mod play;
mod progress;
mod proof;
mod reaching;
mod rebuild;
mod recommendations;
mod refresh;
mod reject;
mod rejects;
mod report;
mod rollback;
mod run;
mod runs;
pub mod say;
mod scheduling;
mod sending;
mod serve;
mod signals;
mod silence;
mod snapshots;
mod standing;
mod status;
mod steering;
mod supervisor;
mod tokens;
mod users;
mod version;
mod watch;
mod wrap;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::exit::{self, Exit, Failure};
use crate::wiring::{House, Quiet, settings, start_logs};
use say::Voice;

/// Proves, run by run and body by body, that revalidation data really moved.
#[derive(Parser)]
#[command(name = "reval", version, propagate_version = true, after_help = exit::HELP)]
pub struct Cli {
    /// What every verb takes.
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    verb: Verb,
}

/// What every verb takes.
#[derive(clap::Args)]
pub struct Common {
    /// A file of settings that differ from the defaults.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Answer as JSON, for programs.
    #[arg(long, global = true)]
    json: bool,
}

impl Common {
    /// For whom to speak.
    pub fn voice(&self) -> Voice {
        if self.json { Voice::Json } else { Voice::People }
    }

    /// Loads the settings, starts the log and opens the store.
    async fn house(&self, quiet: Quiet) -> Result<House, Failure> {
        let settings = settings(self.config.as_deref())?;
        start_logs(&settings.0.log, quiet);
        House::open(settings).await
    }
}

#[derive(Subcommand)]
enum Verb {
    #[command(after_help = demo::EXAMPLE)]
    Demo(demo::Args),
    #[command(after_help = drill::EXAMPLE)]
    Drill(drill::Args),
    #[command(after_help = serve::EXAMPLE)]
    Serve(serve::Args),
    #[command(after_help = run::EXAMPLE)]
    Run(run::Args),
    #[command(after_help = refresh::EXAMPLE)]
    Refresh(refresh::Args),
    #[command(after_help = jobs::EXAMPLE)]
    Jobs(jobs::Args),
    #[command(after_help = next::EXAMPLE)]
    Next(next::Args),
    #[command(after_help = runs::EXAMPLE)]
    Runs(runs::Args),
    #[command(after_help = abort::EXAMPLE)]
    Abort(abort::Args),
    #[command(name = "override", after_help = overrides::EXAMPLE)]
    Override(overrides::Args),
    #[command(after_help = overrides::PAUSE_EXAMPLE)]
    Pause(overrides::Pause),
    #[command(after_help = report::EXAMPLE)]
    Report(report::Args),
    #[command(after_help = keys::EXAMPLE)]
    Keys(keys::Args),
    #[command(after_help = wrap::EXAMPLE)]
    Wrap(wrap::Args),
    #[command(after_help = nodes::EXAMPLE)]
    Nodes(nodes::Args),
    #[command(after_help = drain::EXAMPLE)]
    Drain(drain::Args),
    #[command(after_help = holds::EXAMPLE)]
    Holds(holds::Args),
    #[command(after_help = approve::EXAMPLE)]
    Approve(approve::Args),
    #[command(after_help = reject::EXAMPLE)]
    Reject(reject::Args),
    #[command(after_help = snapshots::EXAMPLE)]
    Snapshots(snapshots::Args),
    #[command(after_help = rollback::EXAMPLE)]
    Rollback(rollback::Args),
    #[command(after_help = rejects::EXAMPLE)]
    Rejects(rejects::Args),
    #[command(after_help = doctor::EXAMPLE)]
    Doctor(doctor::Args),
    #[command(after_help = discrepancies::EXAMPLE)]
    Discrepancies(discrepancies::Args),
    #[command(after_help = rebuild::EXAMPLE)]
    Rebuild(rebuild::Args),
    #[command(after_help = explain::EXAMPLE)]
    Explain(explain::Args),
    #[command(after_help = migrate::EXAMPLE)]
    Migrate(migrate::Args),
    #[command(after_help = check_config::EXAMPLE)]
    CheckConfig(check_config::Args),
    #[command(after_help = config::EXAMPLE)]
    Config(config::Args),
    #[command(after_help = fingerprint::EXAMPLE)]
    Fingerprint(fingerprint::Args),
    #[command(after_help = parity::EXAMPLE)]
    Parity(parity::Args),
    #[command(after_help = play::EXAMPLE)]
    Play(play::Args),
    #[command(after_help = compare::EXAMPLE)]
    Compare(compare::Args),
    #[command(after_help = connections::EXAMPLE)]
    Connections(connections::Args),
    #[command(after_help = connections::CONNECT_EXAMPLE)]
    Connect(connections::Connect),
    #[command(after_help = connections::DISCONNECT_EXAMPLE)]
    Disconnect(connections::Disconnect),
    #[command(after_help = connections::SETTLE_EXAMPLE)]
    Settle(connections::Settle),
    #[command(after_help = recommendations::EXAMPLE)]
    Recommendations(recommendations::Args),
    #[command(after_help = officers::EXAMPLE)]
    Officers(officers::Args),
    #[command(after_help = gmc_sim::EXAMPLE)]
    GmcSim(gmc_sim::Args),
    #[command(after_help = status::EXAMPLE)]
    Status(status::Args),
    #[command(after_help = alerts::EXAMPLE)]
    Alerts(alerts::Args),
    #[command(after_help = alert::EXAMPLE)]
    Alert(alert::Args),
    #[command(after_help = ack::ACK_EXAMPLE)]
    Ack(ack::Ack),
    #[command(after_help = ack::RESOLVE_EXAMPLE)]
    Resolve(ack::Resolve),
    #[command(after_help = silence::EXAMPLE)]
    Silence(silence::Args),
    #[command(after_help = channels::EXAMPLE)]
    Channels(channels::Args),
    #[command(after_help = watch::EXAMPLE)]
    Watch(watch::Args),
    #[command(after_help = users::EXAMPLE)]
    Users(users::Args),
    #[command(after_help = tokens::EXAMPLE)]
    Tokens(tokens::Args),
    #[command(after_help = audit::EXAMPLE)]
    Audit(audit::Args),
    #[command(after_help = grants::EXAMPLE)]
    Grants(grants::Args),
    #[command(after_help = version::EXAMPLE)]
    Version(version::Args),
}

impl Cli {
    /// Threads to work with: a command does one thing at a time, and memory is dear; pages are asked for by many.
    pub fn threads(&self) -> usize {
        if matches!(self.verb, Verb::Serve(_) | Verb::Demo(_) | Verb::Drill(_)) { 4 } else { 2 }
    }
}

/// Does what was asked; gives the code to end with.
pub async fn dispatch(cli: Cli) -> Result<u8, Failure> {
    let common = &cli.common;
    let exit = match cli.verb {
        // Ends as the program that it started has ended.
        Verb::Wrap(args) => return wrap::run(common, &args).await,
        Verb::Demo(args) => demo::run(common, &args).await,
        Verb::Drill(args) => drill::run(common, &args).await,
        Verb::Serve(args) => serve::run(common, &args).await,
        Verb::Run(args) => run::run(common, &args).await,
        Verb::Refresh(args) => refresh::run(common, &args).await,
        Verb::Jobs(args) => jobs::run(common, &args).await,
        Verb::Next(args) => next::run(common, &args),
        Verb::Runs(args) => runs::run(common, &args).await,
        Verb::Abort(args) => abort::run(common, &args).await,
        Verb::Override(args) => overrides::run(common, &args).await,
        Verb::Pause(args) => overrides::pause(common, &args).await,
        Verb::Report(args) => report::run(common, &args).await,
        Verb::Keys(args) => keys::run(common, &args).await,
        Verb::Nodes(args) => nodes::run(common, &args).await,
        Verb::Drain(args) => drain::run(common, &args).await,
        Verb::Holds(args) => holds::run(common, &args).await,
        Verb::Approve(args) => approve::run(common, &args).await,
        Verb::Reject(args) => reject::run(common, &args).await,
        Verb::Snapshots(args) => snapshots::run(common, &args).await,
        Verb::Rollback(args) => rollback::run(common, &args).await,
        Verb::Rejects(args) => rejects::run(common, &args).await,
        Verb::Doctor(args) => doctor::run(common, &args).await,
        Verb::Discrepancies(args) => discrepancies::run(common, &args).await,
        Verb::Rebuild(args) => rebuild::run(common, &args).await,
        Verb::Explain(args) => explain::run(common, &args),
        Verb::Migrate(args) => migrate::run(common, &args).await,
        Verb::CheckConfig(args) => check_config::run(common, &args).await,
        Verb::Config(args) => config::run(common, &args).await,
        Verb::Fingerprint(args) => fingerprint::run(common, &args).await,
        Verb::Parity(args) => parity::run(common, &args).await,
        Verb::Play(args) => play::run(common, &args).await,
        Verb::Compare(args) => compare::run(common, &args).await,
        Verb::Connections(args) => connections::run(common, &args).await,
        Verb::Connect(args) => connections::connect(common, &args).await,
        Verb::Disconnect(args) => connections::disconnect(common, &args).await,
        Verb::Settle(args) => connections::settle(common, &args).await,
        Verb::Recommendations(args) => recommendations::run(common, &args).await,
        Verb::Officers(args) => officers::run(common, &args).await,
        Verb::GmcSim(args) => gmc_sim::run(common, &args).await,
        Verb::Status(args) => status::run(common, &args).await,
        Verb::Alerts(args) => alerts::run(common, &args).await,
        Verb::Alert(args) => alert::run(common, &args).await,
        Verb::Ack(args) => ack::ack(common, &args).await,
        Verb::Resolve(args) => ack::resolve(common, &args).await,
        Verb::Silence(args) => silence::run(common, &args).await,
        Verb::Channels(args) => channels::run(common, &args).await,
        Verb::Watch(args) => watch::run(common, &args).await,
        Verb::Users(args) => users::run(common, &args).await,
        Verb::Tokens(args) => tokens::run(common, &args).await,
        Verb::Audit(args) => audit::run(common, &args).await,
        Verb::Grants(args) => grants::run(common, &args),
        Verb::Version(args) => version::run(common, &args),
    };
    exit.map(Exit::code)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
