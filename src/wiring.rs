//! The wiring: the only place besides the drill that knows every room, and the only one that asks the machine for time,
//! chance and names.

mod accepted;
mod access;
mod certificates;
mod clock;
mod fabric;
mod fingerprint;
mod kill;
mod lay;
mod lock;
mod logs;
mod machine;
mod opening;
mod pages;
mod reach;

use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::clock::{Clock, IdSource};
use domain::ids::BodyCode;
use domain::overrides::Override;
use domain::reference::{Body, Reference};
use domain::scope::Actor;
use domain::secret::Secret;
use domain::sending::Witness;
use jiff::civil::Date;
use jobs::Ledger;
use jobs::node::Place;
use ops::{BodyName, Ops, Submitting};
use sources::gmc::{GmcClient, GmcSettings, Lines};
use store::{LeaseClock, Store};
use sync::Context;
use sync::context::Observer;
use sync::sending::{Breaker, Sender};
use sync::tis::TisSource;
use watch::declared::{Declared, DeclaredList};
use watch::deliver::Delivery;
use watch::turn::Watch;

use crate::config::Config;
use crate::exit::{Exit, Failure};

pub use accepted::settings_or_accepted;
pub use clock::{SystemClock, clock};
pub use kill::die;
pub use lock::{Held, Role, take};
pub use logs::{Quiet, metrics, start_logs};
pub use opening::{bring_up, open_store};
pub use pages::Live;

/// Version and commit of this program.
pub fn build() -> String {
    let commit = option_env!("REVAL_COMMIT").unwrap_or("unknown");
    format!("{}+{commit}", env!("CARGO_PKG_VERSION"))
}

/// This program's own file, to be started as a process of its own.
pub fn program() -> Result<std::path::PathBuf, Failure> {
    std::env::current_exe().map_err(|error| {
        Failure::new(Exit::Unavailable, format!("this program's file is not known: {error}"))
    })
}

/// Loads the reference data and the settings.
pub fn settings(file: Option<&Path>) -> Result<(Config, Arc<Reference>), Failure> {
    let reference = Reference::embedded().map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
    Ok((Config::load(file, &reference)?, Arc::new(reference)))
}

/// Makes ready what every connection needs; a second time changes nothing.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The store by the logins of parts of the program; where none is named, each is the one of all.
#[derive(Clone)]
struct Logins {
    web: Store,
    send: Store,
    watch: Store,
}

impl Logins {
    /// Their connections are made when they are first used.
    fn of(config: &Config, store: &Store) -> Result<Self, Failure> {
        let of = |url: &Secret| {
            let is_of_all = url.reveal() == config.store.url.reveal();
            if is_of_all { Ok(store.clone()) } else { Store::later(url.reveal()) }
        };
        let settings = &config.store;
        Ok(Self { web: of(&settings.web)?, send: of(&settings.send)?, watch: of(&settings.watch)? })
    }
}

/// Everything that is open while a command runs.
pub struct House {
    /// The settings.
    pub config: Config,
    /// The reference data.
    pub reference: Arc<Reference>,
    /// The present instant.
    pub clock: Arc<dyn Clock>,
    /// The store, of this environment and this version.
    pub store: Store,
    /// The same by the logins of the pages, of sending and of the watch.
    logins: Logins,
    ids: Arc<IdSource>,
    place: Place,
    /// This node's name, as the program was started.
    called: String,
    /// What is different for a while, as last read.
    overrides: Mutex<Arc<Vec<Override>>>,
}

impl House {
    /// Opens the store and makes sure that it is ours.
    pub async fn open(settings: (Config, Arc<Reference>)) -> Result<Self, Failure> {
        let clock = clock(settings.0.sandbox.clock_file.as_deref())?;
        install_tls();
        let store = open_store(&settings.0).await?;
        let may_migrate = store.is_embedded();
        bring_up(&store, &settings.0.site.environment, may_migrate, clock.now()).await?;
        let house = Self::around(settings, clock, store)?;
        house.look_at_overrides().await?;
        Ok(house)
    }

    /// The same while the store is away: nothing is known of it, and each use of it asks whether it is there.
    pub fn without_store(settings: (Config, Arc<Reference>)) -> Result<Self, Failure> {
        let clock = clock(settings.0.sandbox.clock_file.as_deref())?;
        install_tls();
        let store = Store::later(settings.0.store.url.reveal())?;
        Self::around(settings, clock, store)
    }

    fn around(
        settings: (Config, Arc<Reference>),
        clock: Arc<dyn Clock>,
        store: Store,
    ) -> Result<Self, Failure> {
        let (config, reference) = settings;
        let logins = Logins::of(&config, &store)?;
        let seed =
            getrandom::u64().map_err(|error| anyhow::anyhow!("the system gives no chance: {error}"))?;
        let ids = Arc::new(IdSource::new(seed));
        let called = lay::called(&config.node);
        let place = Place::of(&called, &config.node.labels);
        Ok(Self { config, reference, clock, store, logins, ids, place, called, overrides: Mutex::default() })
    }

    /// The person who acts: the operating system's user.
    pub fn actor(&self, reason: &str) -> Actor {
        Actor::person(&machine::user(), reason)
    }

    /// Identifiers.
    pub fn ids(&self) -> &IdSource {
        &self.ids
    }

    /// Takes a role on the embedded store; other stores are shared by their own rules.
    pub fn take(&self, role: Role) -> Result<Option<Held>, Failure> {
        self.config.store.file.as_deref().map(|file| lock::take(file, role)).transpose()
    }

    /// What every step of the journey needs.
    pub fn context(&self, observer: Observer) -> Result<Context, Failure> {
        let spool = &self.config.store.spool;
        make_private_folder(spool)?;
        Ok(Context {
            store: self.store.clone(),
            gmc: gmc_client(self.gmc())?,
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            ledger: self.ledger(),
            is_recounting: self.config.is_recounting,
            bodies: self.asked().iter().map(|body| body.code.clone()).collect(),
            renamed: self.reference.renames(),
            brake: self.brake(),
            keep: self.config.holds.keep,
            two_people: self.config.holds.two_people,
            spool: spool.clone(),
            observer: kill::rehearsed(self.config.sandbox.kill_at.clone(), observer),
            handover: Arc::default(),
        })
    }

    /// Runs and attempts.
    pub fn ledger(&self) -> Ledger {
        Ledger {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            // A sandbox's clock is moved by hand, and its leases with it.
            lease_clock: match self.config.sandbox.clock_file {
                Some(_) => LeaseClock::Program,
                None => LeaseClock::Database,
            },
            ids: Arc::clone(&self.ids),
            jobs: Arc::new(self.jobs()),
            overrides: self.overrides(),
            build: build(),
            config_hash: self.config_hash(),
            node: self.node_name(),
            place: self.place.clone(),
            // Whoever begins work on the embedded store holds its lock.
            is_alone: self.store.is_embedded(),
            keep_log: self.config.log.keep_runs,
        }
    }

    /// What takes words to the GMC.
    pub fn sender(&self) -> Result<Sender, Failure> {
        let lines = Lines::new(self.config.gmc.clone())
            .map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
        Ok(Sender {
            store: self.logins.send.clone(),
            lines: lines.before(self.witness()),
            gmc: gmc_client(self.config.gmc.clone())?,
            clock: Arc::clone(&self.clock),
            lease_clock: self.ledger().lease_clock,
            ids: Arc::clone(&self.ids),
            node: machine::node(),
            breaker: Breaker::default(),
            keep_words: self.config.keep_words,
            witness: self.witness(),
        })
    }

    /// Whoever is told how far a wish has come: nobody, unless a death is rehearsed.
    fn witness(&self) -> Witness {
        kill::witnessed(self.config.sandbox.dies_at, self.config.sandbox.stops_at)
    }

    /// Where the training records are.
    pub fn tis(&self) -> TisSource {
        tis_source(&self.config, &self.reference)
    }

    /// Everything a person may do.
    pub fn ops(&self) -> Ops {
        let name = |body: &&Body| BodyName {
            code: body.code.clone(),
            name: body.name.clone(),
            abbreviation: body.abbreviation.clone(),
        };
        Ops {
            store: self.logins.web.clone(),
            clock: Arc::clone(&self.clock),
            site: self.config.site.clone(),
            promise: self.config.freshness,
            bodies: Arc::new(self.asked().iter().map(name).collect()),
            submitting: Submitting {
                window: self.config.window,
                second_person: self.config.second_person.clone(),
                witness: self.witness(),
            },
            access: access::access(&self.config, &self.ids),
        }
    }

    /// A watch over the store; `mode` tells two of one node apart.
    pub fn watch(&self, mode: &str) -> Watch {
        let list = |code: String, name: String, job: &str| DeclaredList { code, name, job: job.to_owned() };
        let bodies = self.asked().into_iter();
        let bodies = bodies.map(|body| list(body.code.to_string(), body.name.clone(), sync::night::JOB));
        let tis = list(store::list::TIS.to_owned(), store::list::TIS.to_owned(), sync::tis::JOB);
        Watch {
            store: self.logins.watch.clone(),
            clock: Arc::clone(&self.clock),
            lease_clock: self.ledger().lease_clock,
            ids: Arc::clone(&self.ids),
            declared: Declared {
                jobs: self.config.jobs.clone(),
                lists: bodies.chain([tis]).collect(),
                promise: self.config.freshness,
                environment: self.config.site.environment.clone(),
                public_url: self.config.site.public_url.clone(),
                build: build(),
                config_hash: self.config.hash(),
            },
            node: format!("{}/{mode}", self.node_name()),
            policies: self.config.alerting.policies.clone(),
        }
    }

    /// What brings people the word of a watch; two of one node, and of one process, are told apart.
    pub fn delivery(&self, mode: &str) -> Delivery {
        Delivery {
            store: self.logins.watch.clone(),
            clock: Arc::clone(&self.clock),
            lease_clock: self.ledger().lease_clock,
            ids: Arc::clone(&self.ids),
            channels: self.config.alerting.channels.clone(),
            policies: self.config.alerting.policies.clone(),
            heartbeat: self.config.alerting.heartbeat.clone(),
            sender: format!("{}/{mode}/{}", machine::node(), self.ids.mint(self.clock.now())),
            pages: self.config.site.public_url.clone(),
        }
    }

    /// Today, where TIS is.
    pub fn today(&self) -> Date {
        self.clock.now().to_zoned(self.config.tis.zone.clone()).date()
    }

    /// The bodies asked each night.
    pub fn asked(&self) -> Vec<&Body> {
        self.reference.asked_on(self.today())
    }

    /// Finds a list by its body's code or abbreviation, or TIS.
    pub fn list(&self, typed: &str) -> Result<String, Failure> {
        let asked = self.asked();
        let known = asked
            .iter()
            .find(|body| body.code.as_str() == typed || body.abbreviation.eq_ignore_ascii_case(typed));
        if typed.eq_ignore_ascii_case(store::list::TIS) {
            return Ok(store::list::TIS.to_owned());
        }
        known.map(|body| body.code.to_string()).ok_or_else(|| {
            let names: Vec<&str> = asked.iter().map(|body| body.abbreviation.as_str()).collect();
            let sentence =
                format!("there is no body {typed}; name one by its code, or by one of: {}", names.join(", "));
            Failure::new(Exit::NotFound, sentence)
        })
    }

    /// The same for a body alone.
    pub fn body(&self, typed: &str) -> Result<BodyCode, Failure> {
        match self.list(typed)? {
            list if list == store::list::TIS => {
                Err(Failure::new(Exit::Invalid, "TIS is no designated body; name a body"))
            }
            list => Ok(BodyCode::new(list)),
        }
    }
}

/// Where the training records are and how they are judged.
pub fn tis_source(config: &Config, reference: &Arc<Reference>) -> TisSource {
    TisSource {
        place: config.tis.place.clone(),
        reference: Arc::clone(reference),
        grace_days: config.tis.grace_days,
        zone: config.tis.zone.clone(),
    }
}

/// Makes a client of the GMC.
pub fn gmc_client(settings: GmcSettings) -> Result<GmcClient, Failure> {
    GmcClient::new(settings).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))
}

/// Makes a folder that nobody else may look into, because it will hold personal data.
pub fn make_private_folder(folder: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
        Failure::new(Exit::Unavailable, format!("the folder {} cannot be made: {error}", folder.display()))
    })
}
