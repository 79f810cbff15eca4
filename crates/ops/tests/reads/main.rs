//! What a person may see, on both engines: fresh or not, in scope or absent, page by page and as of a day.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod access;
mod files;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;
mod officers;
mod own_way;
mod pages;
mod people;
mod recommending;
mod scope;
mod sensitive;
mod sheet;
mod short;
mod tokens;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::clock::IdSource;
use domain::freshness::Promise;
use domain::ids::BodyCode;
use domain::scope::{Actor, Scope};
use ops::access::{Access, Rules, Secrets};
use ops::{BodyName, Ops, Production, Site, Submitting, Viewer};
use testkit::world::{self, FAILED, FRESH, HELD, NEVER};
use testkit::{Engine, Scratch, VirtualClock};

/// What a test gives back.
type Outcome = Result<(), ops::Fault>;

/// The small world on an engine, and the clock that says what time it is there.
async fn small_world(engine: Engine) -> (Ops, VirtualClock, Scratch) {
    let (store, scratch) = testkit::store(engine).await;
    world::write(&store).await.unwrap();
    let clock = VirtualClock::at(testkit::start());
    let body = |code: &str, name: &str| BodyName {
        code: BodyCode::new(code),
        name: name.to_owned(),
        abbreviation: name.to_uppercase(),
    };
    let bodies = vec![body(HELD, "Held"), body(FAILED, "Failed"), body(FRESH, "Fresh"), body(NEVER, "Never")];
    let site = Site {
        environment: "test".to_owned(),
        colour: "blue".to_owned(),
        production: Production::Rehearsal,
        public_url: "http://127.0.0.1".to_owned(),
    };
    let ops = Ops {
        store,
        clock: Arc::new(clock.clone()),
        site,
        promise: Promise::default(),
        bodies: Arc::new(bodies),
        submitting: Submitting::default(),
        access: access(),
    };
    (ops, clock, scratch)
}

/// Ids and secrets that follow from nothing but their number.
fn access() -> Access {
    let drawn = AtomicU64::new(0);
    let secrets = Secrets::new(move || {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        Ok(bytes)
    });
    let rules = Rules { two_people: true, is_demo: false, hashed_at_once: 2 };
    Access::new(rules, Arc::new(IdSource::new(7)), secrets)
}

fn only(body: &str) -> Viewer {
    let scope = Scope::of([BodyCode::new(body)]);
    let actor = Actor::user("amira", "");
    Viewer { doctors: scope.clone(), rejects: scope, sensitive: Scope::of([]), actor }
}

fn whole(ops: &Ops) -> Viewer {
    ops.at_shell(Actor::person("ana", ""))
}

fn only_the(body: &str) -> Scope {
    Scope::of([BodyCode::new(body)])
}
