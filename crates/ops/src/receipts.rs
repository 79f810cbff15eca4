//! What programs ask for, each under a key of their own: done once, told as often as they ask.

use domain::access::Visitor;
use jiff::{SignedDuration, Timestamp};
use store::receipt::{Asked, Opened};

use crate::fault::{Fault, Kind};
use crate::place::Ops;

pub use store::receipt::Claim;

/// So long a key says the same. Source: what programs expect of such keys; a day outlasts a weekend's retry by hand.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What becomes of what a program asks for.
pub enum Filed {
    /// It is to be done, by these operations and under this claim.
    Begun(Box<Ops>, Claim),
    /// It was done: what was said then.
    Done(String),
}

impl Ops {
    /// Files what a program asks for under its key.
    ///
    /// Errors: `Conflict` while another try is at work on it, `Invalid` if something else was asked for under the key.
    pub async fn file(&self, by: &Visitor, key: &str, request: &str) -> Result<Filed, Fault> {
        let now = self.clock.now();
        let holder = self.access.mint(now);
        let mut tx = self.store.begin().await?;
        store::receipt::forget(&mut tx, now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN)).await?;
        let asked = Asked { token: &by.seat().session, key, request, holder: &holder };
        let opened = store::receipt::open(&mut tx, &asked, now).await?;
        tx.commit().await?;
        match opened {
            Opened::Begun(claim) => {
                let ops = Self { store: self.store.claimed(claim.clone()), ..self.clone() };
                Ok(Filed::Begun(Box::new(ops), claim))
            }
            Opened::Done(answer) => Ok(Filed::Done(answer)),
            Opened::UnderWay => Err(Fault::new(
                Kind::Conflict,
                "The same was asked for under this Idempotency-Key and is being done just now. Ask again in a moment.",
            )),
            Opened::Different => Err(Fault::invalid(
                "Something else was asked for under this Idempotency-Key. Nothing was changed; take another key.",
            )),
        }
    }

    /// What was done under a claim.
    pub async fn receipt(&self, claim: &Claim) -> Result<String, Fault> {
        let mut tx = self.store.begin().await?;
        let answer = store::receipt::answer(&mut tx, claim, self.clock.now()).await?;
        tx.commit().await?;
        Ok(answer)
    }

    /// Frees the key of what came to nothing.
    pub async fn free_key(&self, claim: &Claim) -> Result<(), Fault> {
        let mut tx = self.store.begin().await?;
        store::receipt::withdraw(&mut tx, claim).await?;
        Ok(tx.commit().await?)
    }
}
