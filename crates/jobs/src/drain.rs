//! A person asks a node to step out, and takes that back.

use domain::node::Drain;
use domain::scope::Actor;
use store::audit::Act;
use store::{StoreError, Tx};

use crate::ledger::Ledger;

impl Ledger {
    /// Asks a node to step out; `stays` says whether it is to stay up. `false` if no such node is known.
    pub async fn drain(&self, node: &str, stays: bool, actor: &Actor) -> Result<bool, StoreError> {
        let mut tx = self.store.begin().await?;
        if !store::node::all(&mut tx).await?.iter().any(|known| known.name == node) {
            return Ok(false);
        }
        let drain = Drain {
            node: node.to_owned(),
            stays,
            asked_at: self.clock.now(),
            asked_by: actor.name.clone(),
            reason: actor.reason.clone(),
        };
        store::drain::ask(&mut tx, &drain).await?;
        let detail = format!("{{\"stays\":{stays}}}");
        self.note_drain(&mut tx, ("drain", node, &detail), actor).await?;
        tx.commit().await.map(|()| true)
    }

    /// Takes back that a node shall step out; `false` if nobody had asked.
    pub async fn undo_drain(&self, node: &str, actor: &Actor) -> Result<bool, StoreError> {
        let mut tx = self.store.begin().await?;
        if !store::drain::undo(&mut tx, node).await? {
            return Ok(false);
        }
        self.note_drain(&mut tx, ("undo-drain", node, "{}"), actor).await?;
        tx.commit().await.map(|()| true)
    }

    async fn note_drain(
        &self,
        tx: &mut Tx,
        what: (&str, &str, &str),
        actor: &Actor,
    ) -> Result<(), StoreError> {
        let (action, node, detail) = what;
        let (id, object) = (self.mint(), format!("node/{node}"));
        let act = Act { id: &id, action, object: &object, detail };
        store::audit::insert(tx, actor, &act, self.clock.now()).await
    }
}
