//! One sender beside one simulated GMC, with wishes in its queue.

use std::sync::{Arc, Once};
use std::time::Duration;

use domain::account::Account;
use domain::clock::{Clock as _, IdSource};
use domain::ids::{BodyCode, GmcNumber};
use domain::sending::{Mover, Point, Standing, Wish, Witness};
use jiff::SignedDuration;
use jiff::civil::date;
use simulator::{BODIES, SimConfig, Simulator, World};
use sources::gmc::client::Retries;
use sources::gmc::{Caps, GmcClient, GmcSettings, Lines, Secret};
use store::intent::{self, IntentRow, LEASE, NewIntent, Step};
use store::snapshot::{Kind, Publish};
use store::{LeaseClock, Store};
use sync::sending::{Breaker, Sender, Turn};
use testkit::{Engine, Scratch, VirtualClock};
use tokio::net::TcpListener;

pub const HOME: &str = BODIES[0];
pub const OTHER: &str = BODIES[5];

/// What a rehearsed death says.
pub const REHEARSED: &str = "killed, as rehearsed";

pub struct House {
    pub store: Store,
    pub simulator: Simulator,
    pub world: World,
    pub clock: Arc<VirtualClock>,
    _scratch: Scratch,
}

pub fn nobody() -> Witness {
    Witness::default()
}

/// Dies at a point, as if the process were gone: what is not committed there is lost.
pub fn dies_at(point: Point) -> Witness {
    Witness::new(move |now| {
        if now == point {
            std::panic::panic_any(REHEARSED);
        }
    })
}

impl House {
    pub async fn new(engine: Engine) -> Self {
        static TLS: Once = Once::new();
        TLS.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let (store, scratch) = testkit::store(engine).await;
        let world = World::new(7, 485, date(2026, 11, 25));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = SimConfig { decides_after: None, ..SimConfig::new(world.clone()) };
        let simulator = Simulator::start(config, listener).unwrap();
        let clock = Arc::new(VirtualClock::at(testkit::start()));
        Self { store, simulator, world, clock, _scratch: scratch }
    }

    /// A sender of one node.
    pub fn sender(&self, node: &str, witness: Witness) -> Sender {
        let settings = GmcSettings {
            url: self.simulator.url(),
            user: "reval".into(),
            password: Secret::new("reval"),
            internal_user: "Test Admin".into(),
            user_agent: "reval-test".into(),
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(5),
            retries: Retries { attempts: 1, ..Retries::default() },
            caps: Caps::default(),
        };
        Sender {
            store: self.store.clone(),
            lines: Lines::new(settings.clone()).unwrap(),
            gmc: GmcClient::new(settings).unwrap(),
            clock: self.clock.clone(),
            lease_clock: LeaseClock::Program,
            ids: Arc::new(IdSource::new(1)),
            node: node.to_owned(),
            breaker: Breaker::default(),
            keep_words: SignedDuration::from_hours(24 * 365),
            witness,
        }
    }

    /// A doctor of the home body with this notice.
    pub fn doctor(&self, notice: &str) -> GmcNumber {
        let mut listed = self.world.list(HOME, 0).unwrap();
        let fits = listed.find(|doctor| doctor.under_notice.as_deref() == Some(notice)).unwrap();
        GmcNumber::parse(&fits.gmc_reference_number.unwrap()).unwrap()
    }

    /// Puts a wish into the queue under an id.
    pub async fn wish(&self, id: &str, wish: Wish, doctor: &GmcNumber) {
        let body = BodyCode::new(if wish == Wish::Connect { OTHER } else { HOME });
        let fields = match wish {
            Wish::Recommend => recommendation(doctor),
            Wish::Connect | Wish::Disconnect => serde_json::json!({
                "DoctorUID": doctor.as_str(), "DesignatedBodyCode": body.as_str(), "ChangeReason": "1",
                "InternalUser": "Test Admin",
            }),
        };
        let fields = fields.to_string();
        let new = NewIntent {
            id,
            wish,
            number: doctor,
            body: &body,
            from_body: None,
            batch: id,
            fields: &fields,
            asked_by: "os:ana",
            reason: "as the test says",
        };
        let step = Step {
            mover: Mover::Person,
            actor: "os:ana",
            sentence: "wished",
            code: None,
            at: self.clock.now(),
        };
        let mut tx = self.store.begin().await.unwrap();
        assert!(intent::insert(&mut tx, &new, step).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// A list is asked for at this instant, and published.
    pub async fn a_list_comes_whole(&self) {
        let now = self.clock.now();
        let publish = Publish {
            list: HOME.to_owned(),
            base: 0,
            kind: Kind::Sync,
            data_as_of: now,
            run_id: None,
            hold_id: None,
            equal_to: None,
            doctors: 5,
            account: Account { read: 5, new: 5, ..Account::default() },
            removed_max: 5,
            changed_max: 5,
            approved_by: Some("os:ana".to_owned()),
            actor: "os:ana".to_owned(),
        };
        let mut tx = self.store.begin().await.unwrap();
        store::list::ensure(&mut tx, HOME, now).await.unwrap();
        store::snapshot::publish(&mut tx, &publish, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn row(&self, id: &str) -> IntentRow {
        intent::get(&mut self.store.read().await.unwrap(), id).await.unwrap().unwrap()
    }

    pub async fn standing(&self, id: &str) -> Standing {
        self.row(id).await.standing
    }

    /// Another node takes over once the dead one's lease is past: it reaps, looks, and sends what may be sent.
    pub async fn another_node_goes_on(&self) {
        self.clock.advance(LEASE + SignedDuration::from_secs(40));
        let sender = self.sender("node-b", nobody());
        sender.reap().await.unwrap();
        self.clock.advance(SignedDuration::from_secs(40));
        sender.look().await.unwrap();
        while let Turn::Sent { .. } = sender.send_next().await.unwrap() {}
    }

    /// Whether the GMC holds what was wished.
    pub fn holds(&self, wish: Wish, doctor: &GmcNumber) -> bool {
        let register = self.simulator.register();
        let place = register.find(&self.world, 0, doctor.as_str()).unwrap();
        match wish {
            Wish::Recommend => register.has_open(doctor.as_str()),
            Wish::Connect => place.body.as_deref() == Some(OTHER),
            Wish::Disconnect => place.body.as_deref() != Some(HOME),
        }
    }

    /// How often the GMC carried it out.
    pub fn carried_out(&self) -> usize {
        let done = |result: &str| result == "code 0" || result == "late, code 0";
        let calls = self.simulator.journal();
        calls.iter().filter(|call| call.operation != "GetDoctorsForDB" && done(&call.result)).count()
    }
}

fn recommendation(doctor: &GmcNumber) -> serde_json::Value {
    serde_json::json!({
        "DoctorSurname": "Testington", "DoctorUID": doctor.as_str(), "RoSurname": "Officer-Sample", "RoUID": "9900001",
        "RoDesignatedBodyCode": HOME, "RoPhoneNumber": "0", "RoRecommendation": "1", "InternalUser": "Test Approver",
        "InternalUserEmailAddress": "approver@example.org",
    })
}
