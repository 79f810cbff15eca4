//! `reval gmc-sim`: the GMC's web service as we know it, with made-up doctors.

use std::net::SocketAddr;
use std::path::PathBuf;

use domain::clock::Clock;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use serde_json::json;
use simulator::tis::write_extracts;
use simulator::{SimConfig, Simulator, World};
use tokio::net::TcpListener;

use super::Common;
use super::say::{Voice, json as say_json, line};
use super::signals::watched;
use crate::exit::{Exit, Failure};
use crate::wiring::SystemClock;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval gmc-sim --listen 127.0.0.1:9980 --doctors 54005
  reval gmc-sim --listen 127.0.0.1:0 --doctors 485 --seed 7 --night 3 --tis data/tis

The account is reval with the password reval, for all bodies; ?wsdl gives the contract. Every doctor is invented.
It takes all six operations, and beside them PUT /control/faults, /control/night, /control/decide and /control/doctor and
GET /control/journal and /control/recommendations, for rehearsing what the GMC might do.";

/// Play the GMC's web service with made-up doctors.
#[derive(clap::Args)]
pub struct Args {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9980")]
    listen: SocketAddr,
    /// How many doctors, in thirteen bodies.
    #[arg(long, value_name = "N", default_value_t = 54_005, value_parser = clap::value_parser!(u64).range(1..=9_000_000))]
    doctors: u64,
    /// Everything made up follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which night it is; each has its arrivals, leavings and changes. Night N is today.
    #[arg(long, value_name = "N", default_value_t = 0)]
    night: u32,
    /// Also write the sample extracts of TIS for the same doctors into this folder.
    #[arg(long, value_name = "FOLDER")]
    tis: Option<PathBuf>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let today = SystemClock.now().to_zoned(TimeZone::UTC).date();
    let epoch = today.saturating_sub(i64::from(args.night).days());
    let world = World::new(args.seed, args.doctors, epoch);
    let numbers = world.numbers_used();
    if let Some(folder) = &args.tis {
        write_extracts(folder, &world, args.night, today).map_err(|error| {
            Failure::new(Exit::Unavailable, format!("{} cannot be written: {error}", folder.display()))
        })?;
    }
    let listener = listen(args.listen).await?;
    let simulator = Simulator::start(SimConfig::new(world), listener)
        .map_err(|error| Failure::new(Exit::Unavailable, format!("the simulator cannot listen: {error}")))?;
    simulator.set_night(args.night);
    let asked = watched()?;
    match common.voice() {
        Voice::Json => {
            say_json(&json!({ "url": simulator.url(), "doctors": args.doctors, "numbers": numbers }))
        }
        Voice::People => {
            line(simulator.url());
            line(format!("{} made-up doctors, {numbers}; stop with Ctrl-C", args.doctors));
        }
    }
    asked.await;
    Ok(Exit::Done)
}

/// Listens, or says in words why not.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "another program listens there; stop it or take another port".to_owned()
            }
            _ => error.to_string(),
        };
        Failure::new(Exit::Unavailable, format!("{address} cannot be used: {why}"))
    })
}
