//! Reval: proves, run by run and body by body, that revalidation data really moved.

mod cli;
mod config;
mod exit;
mod play;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, say};
use crate::exit::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let voice = cli.common.voice();
    match run(cli) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            say::failure(voice, &failure);
            ExitCode::from(failure.exit.code())
        }
    }
}

fn run(cli: Cli) -> Result<u8, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cli.threads())
        .enable_all()
        .build()
        .map_err(|error| anyhow::anyhow!("the system gives no threads: {error}"))?;
    runtime.block_on(cli::dispatch(cli))
}
