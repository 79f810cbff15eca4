//! The demo: eight nights of the simulator's story in a folder that stays, so that the pages have something to show.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use simulator::story::Story;
use sync::context::{Observer, Step};
use tokio::net::TcpListener;

use crate::error::DrillError;
use crate::recommending::directory;
use crate::sandbox::{Furniture, Place, Sandbox};

/// The environment a demo's store belongs to.
pub const ENVIRONMENT: &str = "demo";
/// Everything invented follows from it.
const SEED: u64 = 20_201_118;
/// Says that all nights of a folder have been played: the date of the first, the doctors.
const PLAYED: &str = "played";

/// A demo's folder and how large its world is.
#[derive(Clone, Debug)]
pub struct Demo {
    /// Where everything of it lies.
    pub folder: PathBuf,
    /// Doctors in the world.
    pub doctors: u64,
}

/// Is told how far the demo is: the night, how many there are, and the step of a list.
pub type Progress = Arc<dyn Fn(u32, &str, Step) + Send + Sync>;

impl Demo {
    /// The store's address.
    pub fn store_url(&self) -> String {
        format!("sqlite://{}", self.folder.join("reval.db").display())
    }

    /// The story of a folder whose nights have been played; `None` if they have not, or not to their end.
    pub fn played(&self) -> Result<Option<Story>, DrillError> {
        let Ok(text) = std::fs::read_to_string(self.folder.join(PLAYED)) else { return Ok(None) };
        let mut words = text.split_whitespace();
        let first = words.next().and_then(|word| word.parse().ok());
        let doctors = words.next().and_then(|word| word.parse().ok());
        match (first, doctors) {
            (Some(first), Some(doctors)) => story(doctors, first).map(Some),
            _ => Ok(None),
        }
    }

    /// Plays all nights, the last of them on `tonight`; begins from nothing.
    pub async fn play(&self, tonight: Date, progress: &Progress) -> Result<Story, DrillError> {
        clear(&self.folder)?;
        let nights = i64::from(story(self.doctors, tonight)?.nights);
        let story = story(self.doctors, tonight.saturating_sub((nights - 1).days()))?;
        let furniture = Furniture {
            folder: self.folder.clone(),
            store_url: None,
            environment: ENVIRONMENT,
            world: story.world.clone(),
        };
        let place = Place { store_url: None, program: PathBuf::new(), doctors: self.doctors };
        let mut sandbox = Sandbox::with(&furniture, &place).await?;
        for night in 0..story.nights {
            sandbox.context.observer = observer(night, progress);
            play_night(&mut sandbox, &story, night).await?;
        }
        sandbox.context.store.close().await;
        std::fs::write(self.folder.join(PLAYED), format!("{} {}\n", story.world.epoch, self.doctors))?;
        Ok(story)
    }
}

/// Starts the simulator of a story on its last night, for whoever wants to run a job in the demo.
pub async fn serve_gmc(story: &Story) -> Result<simulator::Simulator, DrillError> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let simulator = simulator::Simulator::start(simulator::SimConfig::new(story.world.clone()), listener)?;
    let last = story.nights.saturating_sub(1);
    simulator.set_night(last);
    simulator.set_faults(story.faults(last));
    Ok(simulator)
}

fn story(doctors: u64, first: Date) -> Result<Story, DrillError> {
    Story::new(SEED, doctors, first).map_err(|error| DrillError::Furnish(error.to_string()))
}

fn observer(night: u32, progress: &Progress) -> Observer {
    let progress = Arc::clone(progress);
    Arc::new(move |list: &str, step: Step| progress(night, list, step))
}

async fn play_night(sandbox: &mut Sandbox, story: &Story, night: u32) -> Result<(), DrillError> {
    sandbox.begin(night)?;
    sandbox.simulator.set_faults(story.faults(night));
    sandbox.gmc_sync().await?;
    if night == 0 {
        sandbox.approve_all().await?;
    }
    sandbox.tis_enrich().await?;
    if night == 0 {
        sandbox.approve_all().await?;
    }
    sandbox.alerts().await?;
    if night == 0 {
        directory(sandbox).await?;
    }
    Ok(())
}

/// Removes what an earlier demo left, and nothing that is not a demo's.
fn clear(folder: &Path) -> Result<(), DrillError> {
    std::fs::create_dir_all(folder)?;
    for name in [PLAYED, "reval.db", "reval.db-wal", "reval.db-shm"] {
        gone(std::fs::remove_file(folder.join(name)))?;
    }
    for name in ["spool", "tis"] {
        gone(std::fs::remove_dir_all(folder.join(name)))?;
    }
    Ok(())
}

/// What was not there is gone as well.
fn gone(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
