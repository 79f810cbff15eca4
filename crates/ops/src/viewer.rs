//! Whose eyes a page is for: the bodies whose doctors they see, and those whose sanctions and investigations as well.
//!
//! Invariants: what is sensitive leaves this room only within the viewer's sensitive scope, whichever front end asks, and
//! only after the audit row of the view has been committed; where it cannot be, nothing is shown.

use std::collections::BTreeSet;

use domain::access::{Right, Visitor};
use domain::ids::GmcNumber;
use domain::scope::{Actor, Scope};

use crate::fault::Fault;
use crate::place::Ops;

/// Whose eyes.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The bodies whose doctors they see.
    pub doctors: Scope,
    /// The bodies whose records set aside they see.
    pub rejects: Scope,
    /// The bodies whose doctors' sanctions and investigations they see.
    pub sensitive: Scope,
    /// Who they are, for the audit.
    pub actor: Actor,
}

impl Viewer {
    /// The person behind a request.
    pub fn of(visitor: &Visitor) -> Self {
        Self {
            doctors: visitor.scope(Right::ReadDoctors),
            rejects: visitor.scope(Right::ReadRejects),
            sensitive: visitor.sensitive(),
            actor: visitor.actor(""),
        }
    }
}

/// Whether sanctions and investigations are among what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// They are, where the GMC states any.
    Yes,
    /// They are left out: not for these eyes.
    No,
}

/// What a view is of, for the audit.
pub(crate) enum Sight<'a> {
    /// One doctor, on these lists.
    Doctor(&'a GmcNumber, BTreeSet<String>),
    /// Records set aside of one list.
    Rejects(&'a str, usize),
}

impl Ops {
    /// Whoever works at the machine's own shell: the store lies open to them anyway, and the audit says that they looked.
    pub fn at_shell(&self, actor: Actor) -> Viewer {
        let every = self.every_body();
        Viewer { doctors: every.clone(), rejects: every.clone(), sensitive: every, actor }
    }

    /// Writes that somebody sees sanctions and investigations, before they do. The doctor is named by the audit's own word.
    pub(crate) async fn note_sight(&self, viewer: &Viewer, sight: Sight<'_>) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let (object, detail) = match sight {
            Sight::Doctor(number, lists) => {
                let word = store::subject::of(&mut tx, number, &self.access.mint(now)).await?;
                (format!("doctor/{word}"), serde_json::json!({ "lists": lists }))
            }
            Sight::Rejects(list, records) => {
                (format!("list/{list}"), serde_json::json!({ "records": records }))
            }
        };
        let act = ("view-sensitive", &*object, &*detail.to_string());
        self.access.audit(&mut tx, &viewer.actor, act, now).await?;
        Ok(tx.commit().await?)
    }
}
