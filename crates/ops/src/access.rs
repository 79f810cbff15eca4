//! Who comes in and how: sign-in, sessions, invitations, people and what they may do.
//!
//! Invariants: a name that nobody has costs the same work and gets the same answer as a wrong password; a try is counted
//! before it is looked at; nobody changes what they themselves may do.

mod code;
mod demo;
mod invitations;
mod letters;
mod own;
mod password;
mod people;
mod proposals;
mod sessions;
mod sign_in;
mod tokens;
mod try_count;
mod vouched;

use std::fmt;
use std::sync::Arc;

use domain::clock::IdSource;
use domain::identity::Trust;
use domain::scope::Actor;
use jiff::Timestamp;
use store::Tx;
use store::audit::Act;

use crate::fault::{Fault, Kind};
use password::Hasher;

pub use invitations::{Acceptance, Invitation, Token};
pub use own::OwnWay;
pub use people::Person;
pub use proposals::{Confirmed, Proposal, Proposed};
pub use sign_in::{Answer, Credentials, Proof, Welcome};
pub use tokens::{ApiToken, TokenWish};

/// What somebody is told whose name, password or code is not right: which of them, nobody says.
pub const WRONG: &str = "The name, the password or the code is not right.";

/// Rules that differ from house to house.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Whether what somebody may do is asked for by one person and confirmed by another.
    pub two_people: bool,
    /// Whether this is the demo, whose marked users come in by a link.
    pub is_demo: bool,
    /// Passwords that are hashed at the same time: as many as there are cores.
    pub hashed_at_once: usize,
}

type Draw = dyn Fn() -> Result<[u8; 32], String> + Send + Sync;

/// The one source of what must not be guessed; the wiring hands in the system's, a test its own.
#[derive(Clone)]
pub struct Secrets(Arc<Draw>);

impl Secrets {
    /// Takes a source of 32 random bytes.
    pub fn new(draw: impl Fn() -> Result<[u8; 32], String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(draw))
    }

    fn bytes(&self) -> Result<[u8; 32], Fault> {
        (self.0)().map_err(|why| Fault {
            kind: Kind::Unavailable,
            message: "Nobody can sign in just now. Nothing was changed.".to_owned(),
            source: Some(why.into()),
        })
    }

    /// 64 hexadecimal digits.
    fn token(&self) -> Result<String, Fault> {
        Ok(self.bytes()?.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// What signing in needs beside the store.
#[derive(Clone)]
pub struct Access {
    /// The rules of the house.
    pub rules: Rules,
    ids: Arc<IdSource>,
    secrets: Secrets,
    hasher: Hasher,
    /// What of the identity provider's word counts; none: there is no provider.
    trust: Option<Arc<Trust>>,
}

impl Access {
    /// Makes it ready.
    pub fn new(rules: Rules, ids: Arc<IdSource>, secrets: Secrets) -> Self {
        Self { rules, ids, secrets, hasher: Hasher::new(rules.hashed_at_once), trust: None }
    }

    /// The same where people also come in by the word of an identity provider.
    pub fn trusting(self, trust: Trust) -> Self {
        Self { trust: Some(Arc::new(trust)), ..self }
    }

    /// 64 hexadecimal digits that nobody can guess: the secret of a browser that has no session yet.
    pub fn chance(&self) -> Result<String, Fault> {
        self.secrets.token()
    }

    /// 64 hexadecimal digits that nobody can guess.
    pub(crate) fn token(&self) -> Result<String, Fault> {
        self.secrets.token()
    }

    pub(crate) fn mint(&self, now: Timestamp) -> String {
        self.ids.mint(now)
    }

    /// Adds an audit row to a transaction.
    pub(crate) async fn audit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: (&str, &str, &str),
        now: Timestamp,
    ) -> Result<(), Fault> {
        let (action, object, detail) = act;
        let id = self.mint(now);
        Ok(store::audit::insert(tx, actor, &Act { id: &id, action, object, detail }, now).await?)
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Access({:?})", self.rules)
    }
}

/// A name as it is kept: trimmed, lower case.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

pub(crate) fn reasoned(actor: &Actor) -> Result<(), Fault> {
    if actor.reason.trim().is_empty() { Err(Fault::invalid("This needs a reason.")) } else { Ok(()) }
}

/// Nobody changes what they themselves may do, through whichever door they come.
fn another(actor: &Actor, name: &str) -> Result<(), Fault> {
    if actor.is_same_person(&Actor::user(name, "")) {
        return Err(Fault::new(Kind::Forbidden, "Nobody changes what they themselves may do: ask another."));
    }
    Ok(())
}
