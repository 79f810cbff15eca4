//! The whole chain of a night: the GMC's lists, then TIS, then one row a doctor, beside the bare contestant.

use std::path::{Path, PathBuf};

use drill::Sandbox;
use jiff::SignedDuration;
use simulator::tis::write_extracts;
use sync::tis::TisPlace;
use testkit::{Engine, scratch};

use crate::bare::Bare;
use crate::gmc::Gmc;
use crate::table::Table;
use crate::{Cost, Outcome, measured};

/// One membership in so many ends a day later on the second day.
const CHANGED: usize = 100;

/// Both days of TIS, and how many persons they hold.
pub struct Days {
    folder: tempfile::TempDir,
    pub persons: u64,
}

impl Days {
    /// Writes both days for a world as the simulator has it.
    pub fn write(doctors: u64) -> Outcome<Self> {
        let world = simulator::World::new(1, doctors, drill::sandbox::FIRST_NIGHT);
        let folder = tempfile::tempdir()?;
        let mut persons = 0;
        for day in [1, 2] {
            persons = write_extracts(&folder.path().join(day.to_string()), &world, day, world.epoch)?;
        }
        later(&folder.path().join("2").join("ProgrammeMembership.csv"))?;
        Ok(Self { folder, persons })
    }

    fn of(&self, day: u32) -> PathBuf {
        self.folder.path().join(day.to_string())
    }
}

/// Lets one membership in a hundred end a day later.
fn later(path: &Path) -> Outcome<()> {
    let text = std::fs::read_to_string(path)?;
    let line = |(nth, line): (usize, &str)| match line.rsplit_once(',') {
        Some((rest, end)) if nth > 0 && nth % CHANGED == 0 => match end.parse::<jiff::civil::Date>() {
            Ok(end) => format!("{rest},{}\n", end.saturating_add(jiff::Span::new().days(1))),
            Err(_) => format!("{line}\n"),
        },
        _ => format!("{line}\n"),
    };
    Ok(std::fs::write(path, text.lines().enumerate().map(line).collect::<String>())?)
}

/// Alternates the contestants over both days and prints their medians.
pub async fn on(engine: Engine, gmc: &Gmc, days: &Days, rounds: u64) -> Outcome<()> {
    let (ours, theirs) = (scratch(engine).await, scratch(engine).await);
    let place = drill::Place { store_url: Some(ours.url.clone()), program: gmc.program(), doctors: 485 };
    let mut sandbox = Sandbox::furnish(&place).await?;
    sandbox.ask(&gmc.url())?;
    sandbox.context.is_recounting = false;
    let bodies: Vec<String> = sandbox.context.bodies.iter().map(ToString::to_string).collect();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let bare = Bare::open(&theirs.url).await?;
    let (mut bare_nights, mut our_nights): (Vec<Cost>, Vec<Cost>) = (Vec::new(), Vec::new());
    let (mut changed, mut counting): (u64, Vec<Cost>) = (0, Vec::new());
    // The first round loads, the second warms up.
    for round in 0..=rounds + 1 {
        let day = u32::try_from(round % 2)? + 1;
        gmc.set_night(&http, day).await?;
        sandbox.tis.place = TisPlace::Extracts(days.of(day));
        let folder = days.of(day);
        let bare_night = measured(async {
            bare.night(&http, &gmc.url(), &bodies).await?;
            changed = bare.join(&folder, drill::sandbox::FIRST_NIGHT).await?;
            Ok(())
        });
        let theirs = bare_night.await?;
        let ours = measured(night(&sandbox, round == 0)).await?;
        if round > 1 {
            bare_nights.push(theirs);
            our_nights.push(ours);
            counting.push(measured(count_again(&sandbox)).await?);
        }
    }
    Table::new(format!("{engine:?}: the whole chain, GMC and TIS, a changed night"))
        .print(&[("bare", &bare_nights), ("reval", &our_nights)]);
    Table::new(format!("{engine:?}: counting every list again at the GMC")).print(&[("count", &counting)]);
    println!("  {changed} joined rows differed for the bare contestant in the last night\n");
    Ok(())
}

/// Both jobs, as a night runs them; the first lists need a person's word.
async fn night(sandbox: &Sandbox, is_first: bool) -> Outcome<()> {
    sandbox.clock.advance(SignedDuration::from_mins(1));
    sandbox.gmc_sync().await?;
    if is_first {
        sandbox.approve_all().await?;
    }
    sandbox.tis_enrich().await?;
    if is_first {
        sandbox.approve_all().await?;
    }
    Ok(())
}

async fn count_again(sandbox: &Sandbox) -> Outcome<()> {
    let context = &sandbox.context;
    let means = sources::gmc::client::Means { clock: context.clock.as_ref(), ids: &context.ids };
    for body in &context.bodies {
        context.gmc.recount(body, means).await?;
    }
    Ok(())
}
