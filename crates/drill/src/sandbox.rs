//! A whole Reval of its own: store, simulator, sample TIS and a clock that moves when told. Nothing real is touched.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::clock::{Clock, IdSource, VirtualClock};
use domain::freshness::Promise;
use domain::ids::BodyCode;
use domain::job::Job;
use domain::reference::Reference;
use domain::scope::{Actor, Scope};
use domain::sending::Witness;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use jobs::Ledger;
use simulator::population::World;
use simulator::tis::write_extracts;
use simulator::{SimConfig, Simulator};
use sources::gmc::client::Retries;
use sources::gmc::{Caps, GmcClient, GmcSettings, Lines, Secret};
use store::alert::AlertRow;
use store::hold::HoldRow;
use store::{LeaseClock, Store};
use sync::context::{Brake, Context};
use sync::holds::{Approval, Decided, approve};
use sync::night::{NightRequest, Report};
use sync::sending::{Breaker, Sender};
use sync::tis::{TisPlace, TisSource};
use tempfile::TempDir;
use tokio::net::TcpListener;
use watch::turn::Watch;

use crate::error::DrillError;
use crate::watching;

/// The environment every sandbox's store belongs to.
pub const ENVIRONMENT: &str = "sandbox";
/// The date of night 0: a Monday in November.
pub const FIRST_NIGHT: Date = jiff::civil::date(2026, 11, 16);
/// Everything drawn in a sandbox follows from it.
const SEED: u64 = 20_201_113;

/// Where a drill is played.
#[derive(Clone, Debug)]
pub struct Place {
    /// An empty store; an embedded one in a folder of its own if absent.
    pub store_url: Option<String>,
    /// The program that is run as a process of its own where one must die.
    pub program: PathBuf,
    /// Doctors in the world.
    pub doctors: u64,
}

/// What of somebody's own settings a drill is played with; what is absent is as it is by default.
#[derive(Clone, Default)]
pub struct Own {
    /// The jobs, of which those of the night count.
    pub jobs: Option<Vec<Job>>,
    /// How old data may be.
    pub promise: Option<Promise>,
    /// When a list is kept back.
    pub brake: Option<Brake>,
    /// What a drill that draws its faults by chance draws them from.
    pub seed: Option<u64>,
}

/// What a sandbox is furnished with.
#[derive(Clone)]
pub struct Furniture {
    /// Where everything of it lies.
    pub folder: PathBuf,
    /// An empty store; an embedded one in the folder if absent.
    pub store_url: Option<String>,
    /// The environment the store belongs to.
    pub environment: &'static str,
    /// The invented doctors; night 0 is the world's first date.
    pub world: World,
}

/// One sandbox; a temporary folder goes with it.
pub struct Sandbox {
    temporary: Option<TempDir>,
    folder: PathBuf,
    first_night: Date,
    /// Where it is played.
    pub place: Place,
    /// With which settings of somebody's own.
    pub own: Own,
    /// What the jobs need and its nodes have, as labels; perhaps nothing.
    pub labels: &'static str,
    /// The store's address.
    pub store_url: String,
    /// The clock.
    pub clock: VirtualClock,
    /// The GMC.
    pub simulator: Simulator,
    /// What the journey needs.
    pub context: Context,
    /// The training records.
    pub tis: TisSource,
}

impl Sandbox {
    /// Furnishes a sandbox in which nothing has happened yet, in a folder of its own.
    pub async fn furnish(place: &Place) -> Result<Self, DrillError> {
        let folder = tempfile::Builder::new().prefix("reval-drill-").tempdir()?;
        let furniture = Furniture {
            folder: folder.path().to_owned(),
            store_url: place.store_url.clone(),
            environment: ENVIRONMENT,
            world: World::new(SEED, place.doctors, FIRST_NIGHT),
        };
        let mut sandbox = Self::with(&furniture, place).await?;
        sandbox.temporary = Some(folder);
        Ok(sandbox)
    }

    /// Furnishes a sandbox in a folder that stays.
    pub async fn with(furniture: &Furniture, place: &Place) -> Result<Self, DrillError> {
        // A second sandbox in one process finds it installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (folder, first_night) = (furniture.folder.clone(), furniture.world.epoch);
        let spool = folder.join("spool");
        std::fs::create_dir_all(&spool)?;
        let embedded = format!("sqlite://{}", folder.join("reval.db").display());
        let store_url = furniture.store_url.clone().unwrap_or(embedded);
        let tis = training(folder.join("tis"))?;
        let clock = VirtualClock::at(midnight(first_night, &tis.zone));
        let store = Store::open(&store_url).await?;
        store.migrate(clock.now()).await?;
        store::site::claim(&store, furniture.environment, clock.now()).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let simulator = Simulator::start(SimConfig::new(furniture.world.clone()), listener)?;
        let mut context = context(store, &clock, &simulator, spool)?;
        let asked = tis.reference.asked_on(first_night);
        context.bodies = asked.into_iter().map(|body| body.code.clone()).collect();
        let place = place.clone();
        Ok(Self {
            temporary: None,
            folder,
            first_night,
            place,
            own: Own::default(),
            labels: "",
            store_url,
            clock,
            simulator,
            context,
            tis,
        })
    }

    /// Takes over what somebody has set for themselves.
    pub fn adopt(&mut self, own: &Own) {
        self.own = own.clone();
        if let Some(brake) = &own.brake {
            self.context.brake = brake.clone();
        }
    }

    /// Plays the first load and further good nights, each person's word included; the last is night `nights`.
    pub async fn good_nights(&mut self, nights: u32) -> Result<(), DrillError> {
        for night in 0..=nights {
            self.begin(night)?;
            self.gmc_sync().await?;
            if night == 0 {
                self.approve_all().await?;
            }
            self.tis_enrich().await?;
            if night == 0 {
                self.approve_all().await?;
            }
        }
        Ok(())
    }

    /// Moves clock, GMC and TIS to five past midnight of a night.
    pub fn begin(&mut self, night: u32) -> Result<(), DrillError> {
        self.clock.set(midnight(self.night(night), &self.tis.zone) + SignedDuration::from_mins(5));
        self.simulator.set_night(night);
        // Dates of training are counted from night 0, so that only what a story changes changes.
        write_extracts(&self.path("tis"), &self.simulator.world(), night, self.first_night)?;
        Ok(())
    }

    /// The date of a night.
    pub fn night(&self, night: u32) -> Date {
        self.first_night.saturating_add(i64::from(night).days())
    }

    /// Runs the job over all bodies in this process.
    pub async fn gmc_sync(&self) -> Result<Report, DrillError> {
        let request = NightRequest { bodies: None, actor: Actor::person("drill", "") };
        Ok(sync::night::run(&self.context, &request).await?)
    }

    /// Runs the job over one body.
    pub async fn gmc_sync_of(&self, body: &BodyCode) -> Result<Report, DrillError> {
        let request = NightRequest {
            bodies: Some(vec![body.clone()]),
            actor: Actor::person("drill", "one body again"),
        };
        Ok(sync::night::run(&self.context, &request).await?)
    }

    /// Runs the job over the training records.
    pub async fn tis_enrich(&self) -> Result<Report, DrillError> {
        Ok(sync::tis::run(&self.context, &self.tis, &Actor::person("drill", "")).await?)
    }

    /// Says yes to whatever waits, with the right count.
    pub async fn approve_all(&self) -> Result<(), DrillError> {
        for hold in self.waiting().await? {
            let actor = Actor::person("drill", "the first list has the size we expect");
            self.approve(&hold, &actor).await?;
        }
        Ok(())
    }

    /// Says yes to one hold as a person.
    pub async fn approve(&self, hold: &HoldRow, actor: &Actor) -> Result<Decided, DrillError> {
        let approval = Approval { hold_id: hold.id.clone(), count: hold.doctors, actor: actor.clone() };
        Ok(approve(&self.context, &approval).await?)
    }

    /// The holds that wait.
    pub async fn waiting(&self) -> Result<Vec<HoldRow>, DrillError> {
        let holds = store::hold::recent(&mut self.context.store.read().await?, 1000).await?;
        Ok(holds.into_iter().filter(|hold| hold.state.is_open()).collect())
    }

    /// Every alert, once the watch has looked.
    pub async fn alerts(&self) -> Result<Vec<AlertRow>, DrillError> {
        self.watch().turn().await?;
        Ok(store::alert::recent(&mut self.context.store.read().await?, 1000).await?)
    }

    /// The open alerts about one list that people are told of, once the watch has looked.
    pub async fn open_alerts(&self, list: &str) -> Result<Vec<AlertRow>, DrillError> {
        let told = |alert: &AlertRow| alert.state != "resolved" && alert.explained_by.is_none();
        let about = |alert: &AlertRow| told(alert) && alert.list.as_deref() == Some(list);
        Ok(self.alerts().await?.into_iter().filter(about).collect())
    }

    /// A watch over the sandbox, whose one channel is called `chat`.
    pub fn watch(&self) -> Watch {
        watching::watch(self)
    }

    /// A digest of everything published.
    pub async fn digest(&self) -> Result<String, DrillError> {
        Ok(store::digest::published(&mut self.context.store.read().await?).await?)
    }

    /// What takes words to the GMC, of one node, in this process.
    pub fn sender(&self, node: &str) -> Result<Sender, DrillError> {
        let settings = settings(&self.simulator.url());
        let lines = Lines::new(settings.clone()).map_err(|error| DrillError::Furnish(error.to_string()))?;
        Ok(Sender {
            store: self.context.store.clone(),
            lines,
            gmc: client(&settings.url)?,
            clock: Arc::clone(&self.context.clock),
            lease_clock: LeaseClock::Program,
            ids: Arc::clone(&self.context.ids),
            node: node.to_owned(),
            breaker: Breaker::default(),
            keep_words: SignedDuration::from_hours(365 * 24),
            witness: Witness::default(),
        })
    }

    /// The nth body, from 1, in the order of the night.
    pub fn body(&self, nth: usize) -> BodyCode {
        self.context.bodies[nth - 1].clone()
    }

    /// A reader who may see every body.
    pub fn everybody(&self) -> Scope {
        Scope::of(self.context.bodies.iter().cloned())
    }

    /// A folder of the sandbox.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// As a process that has just started sees the GMC: an earlier refusal is forgotten.
    pub fn ask_anew(&mut self) -> Result<(), DrillError> {
        self.ask(&self.simulator.url())
    }

    /// Asks another simulator from now on.
    pub fn ask(&mut self, url: &str) -> Result<(), DrillError> {
        self.context.gmc = client(url)?;
        Ok(())
    }
}

fn training(directory: PathBuf) -> Result<TisSource, DrillError> {
    let reference = Reference::embedded().map_err(|error| DrillError::Furnish(error.to_string()))?;
    let zone = TimeZone::get("Europe/London").map_err(|error| DrillError::Furnish(error.to_string()))?;
    Ok(TisSource {
        place: TisPlace::Extracts(directory),
        reference: Arc::new(reference),
        grace_days: 0,
        zone,
    })
}

/// The program as it names itself: the sandbox's nights are its own.
fn this_build() -> String {
    format!("{}+{}", env!("CARGO_PKG_VERSION"), option_env!("REVAL_COMMIT").unwrap_or("unknown"))
}

/// The first instant of a date where the doctors are.
fn midnight(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

fn client(url: &str) -> Result<GmcClient, DrillError> {
    GmcClient::new(settings(url)).map_err(|error| DrillError::Furnish(error.to_string()))
}

fn settings(url: &str) -> GmcSettings {
    GmcSettings {
        url: url.to_owned(),
        user: "reval".to_owned(),
        password: Secret::new("reval"),
        internal_user: "drill".to_owned(),
        user_agent: "reval-drill".to_owned(),
        connect_timeout: Duration::from_secs(5),
        answer_timeout: Duration::from_secs(60),
        retries: Retries {
            attempts: 3,
            first_wait: Duration::from_millis(10),
            longest_wait: Duration::from_millis(50),
        },
        caps: Caps::default(),
    }
}

fn context(
    store: Store,
    clock: &VirtualClock,
    simulator: &Simulator,
    spool: PathBuf,
) -> Result<Context, DrillError> {
    let ids = Arc::new(IdSource::new(SEED));
    let ledger = Ledger {
        is_alone: store.is_embedded(),
        keep_log: SignedDuration::from_hours(90 * 24),
        store: store.clone(),
        clock: Arc::new(clock.clone()),
        lease_clock: LeaseClock::Program,
        ids: Arc::clone(&ids),
        jobs: Arc::new(Vec::new()),
        overrides: Arc::default(),
        build: this_build(),
        config_hash: "drill".to_owned(),
        node: "drill".to_owned(),
        place: jobs::node::Place::default(),
    };
    Ok(Context {
        store,
        gmc: client(&simulator.url())?,
        clock: Arc::new(clock.clone()),
        ids,
        ledger,
        is_recounting: true,
        bodies: Vec::new(),
        renamed: Vec::new(),
        brake: Brake::default(),
        keep: SignedDuration::from_hours(30 * 24),
        two_people: false,
        spool,
        observer: Arc::new(|_, _| {}),
        handover: Arc::default(),
    })
}
