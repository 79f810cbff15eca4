//! A person ends a run that is due or at work.

use domain::run::AttemptState;
use domain::run_log::Level;
use domain::scope::Actor;
use store::StoreError;
use store::audit::Act;
use store::run::{AttemptEnd, RunRow};

use crate::ledger::Ledger;

impl Ledger {
    /// Cancels a run; whoever works on it writes nothing more. Gives the run as it was, or `None` if there is none.
    ///
    /// Errors: `Conflict` if it has ended already.
    pub async fn abort(&self, id: &str, actor: &Actor) -> Result<Option<RunRow>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let Some(run) = store::run::get(&mut tx, id).await? else { return Ok(None) };
        let reason = format!("by {}: {}", actor.name, actor.reason);
        if !store::run::cancel(&mut tx, id, &reason, now).await? {
            let sentence = format!("run {id} of {} has ended already: {}", run.job, run.state.word());
            return Err(StoreError::Conflict(sentence));
        }
        if let Some(last) = store::run::attempts(&mut tx, id).await?.last() {
            let end = AttemptEnd {
                run_id: id,
                number: last.number,
                state: AttemptState::Interrupted,
                error: &reason,
                peak_memory_bytes: None,
            };
            store::run::settle_attempt(&mut tx, &end, now).await?;
            let said = format!("the run is cancelled {reason}");
            self.note(&mut tx, (id, last.number), Level::Warn, &said).await?;
        }
        let (audit_id, object) = (self.mint(), format!("run/{id}"));
        let detail = format!("{{\"job\":{:?}}}", run.job);
        let act = Act { id: &audit_id, action: "abort", object: &object, detail: &detail };
        store::audit::insert(&mut tx, actor, &act, now).await?;
        tx.commit().await?;
        Ok(Some(run))
    }
}
