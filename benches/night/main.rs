//! Measures a night against the bare contestant in one run: medians of alternated rounds, with their spread.
//!
//! `cargo bench --bench night -- [--doctors N] [--rounds N] [--chain N]`, where the last measures the GMC and TIS together for so
//! many doctors and nothing else; on PostgreSQL too if `REVAL_TEST_POSTGRES` names a server.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures the machine")]

mod bare;
mod chain;
mod gmc;
mod joined;
mod stages;
mod table;

use std::time::{Duration, Instant};

use drill::{Place, Sandbox};
use testkit::{Engine, engines, scratch};

use bare::Bare;
use gmc::Gmc;
use stages::Stages;
use table::Table;

/// What a step of the benchmark gives back.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Wall and processor time of one round.
#[derive(Clone, Copy)]
pub struct Cost {
    pub wall: Duration,
    pub cpu: Duration,
}

/// Processor time of this process so far; the kernel counts in hundredths of a second.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

async fn measured(doing: impl Future<Output = Outcome<()>>) -> Outcome<Cost> {
    let (wall, before) = (Instant::now(), cpu());
    doing.await?;
    Ok(Cost { wall: wall.elapsed(), cpu: cpu().saturating_sub(before) })
}

fn argument(name: &str, default: u64) -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let (doctors, rounds) = (argument("--doctors", 54_005), argument("--rounds", 5));
    let chain = argument("--chain", 0);
    if chain > 0 {
        return whole_chain(chain, rounds).await;
    }
    println!(
        "one night of {doctors} doctors in 13 bodies, about 1 % changed; medians of {rounds} alternated rounds\n"
    );
    let gmc = Gmc::start(doctors)?;
    for engine in engines() {
        on(engine, &gmc, (doctors, rounds)).await?;
    }
    Ok(())
}

/// The GMC's lists and TIS together.
async fn whole_chain(doctors: u64, rounds: u64) -> Outcome<()> {
    let days = chain::Days::write(doctors)?;
    println!(
        "the whole chain: {doctors} doctors in 13 bodies, {} persons in TIS, about 1 % changed; medians of {rounds} \
         alternated rounds\n",
        days.persons
    );
    let gmc = Gmc::start(doctors)?;
    for engine in engines() {
        chain::on(engine, &gmc, &days, rounds).await?;
    }
    Ok(())
}

async fn on(engine: Engine, gmc: &Gmc, size: (u64, u64)) -> Outcome<()> {
    let (doctors, rounds) = size;
    let (ours, theirs) = (scratch(engine).await, scratch(engine).await);
    let place = Place { store_url: Some(ours.url.clone()), program: gmc.program(), doctors: 485 };
    let mut sandbox = Sandbox::furnish(&place).await?;
    sandbox.ask(&gmc.url())?;
    // Counting again is measured with the whole chain, by itself.
    sandbox.context.is_recounting = false;
    let bodies: Vec<String> = sandbox.context.bodies.iter().map(ToString::to_string).collect();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let bare = Bare::open(&theirs.url).await?;
    let stages = Stages::watching(&mut sandbox);

    gmc.set_night(&http, 0).await?;
    let load = Table::new(format!("{engine:?}: first load, with a person's word for each body"));
    let bare_load = measured(async { bare.night(&http, &gmc.url(), &bodies).await.map(drop) }).await?;
    let our_load = measured(async {
        sandbox.gmc_sync().await?;
        Ok(sandbox.approve_all().await?)
    })
    .await?;
    load.print(&[("bare", &[bare_load]), ("reval", &[our_load])]);

    let (mut bare_nights, mut our_nights) = (Vec::new(), Vec::new());
    stages.reset();
    for round in 0..=rounds {
        gmc.set_night(&http, u32::try_from(round % 2)? + 1).await?;
        sandbox.clock.advance(jiff::SignedDuration::from_hours(24));
        let theirs = measured(async { bare.night(&http, &gmc.url(), &bodies).await.map(drop) }).await?;
        let ours = measured(async { Ok(sandbox.gmc_sync().await.map(drop)?) }).await?;
        // The first round warms up.
        if round > 0 {
            bare_nights.push(theirs);
            our_nights.push(ours);
        } else {
            stages.reset();
        }
    }
    Table::new(format!("{engine:?}: a changed night"))
        .print(&[("bare", &bare_nights), ("reval", &our_nights)]);
    stages.print(rounds);
    println!(
        "{doctors} doctors; reval with every check, history, rejects, evidence, audit and joined rows\n"
    );
    Ok(())
}
