//! What a person may see, on both engines: fresh or not, in scope or absent, page by page and as of a day.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod pages;
mod scope;

use std::sync::Arc;

use domain::freshness::Promise;
use domain::ids::BodyCode;
use domain::scope::Scope;
use ops::{BodyName, Ops, Production, Site};
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
    };
    (ops, clock, scratch)
}

fn only(body: &str) -> Scope {
    Scope::of([BodyCode::new(body)])
}
