//! A run that somebody asks for from afar: a row that whoever may begins within a second, or whose end says that nobody did.

use domain::job::{self, Kind};
use domain::scope::Actor;
use store::StoreError;
use store::audit::Act;

use crate::ledger::Ledger;

impl Ledger {
    /// Asks for a run of a job, and takes the due one that is open. Gives its id, or `None` if there is no such job.
    ///
    /// Errors: `Conflict` if it is running, rests, lacks its data, is run by somebody else, or no node could begin it.
    pub async fn ask(&self, name: &str, actor: &Actor) -> Result<Option<String>, StoreError> {
        let Some(job) = self.job(name) else { return Ok(None) };
        if let Some(why) = self.why_not(job).await? {
            return Err(StoreError::Conflict(why));
        }
        let (now, mut tx) = (self.clock.now(), self.store.begin().await?);
        if let Some(run) = store::run::open(&mut tx, &job.name).await? {
            return Err(self.taken(&run));
        }
        let id = match store::due::of_job(&mut tx, &job.name, now).await? {
            Some(due) => due.id,
            None => {
                let id = self.mint();
                let start_by = job.start_deadline.of(now, &job.zone);
                let by = (start_by, job.finish_deadline.of(now, &job.zone).max(start_by));
                let new = self.new_run(&id, &job.name, &actor.name);
                if !store::run::ask(&mut tx, &new, by, now).await? {
                    let sentence = format!("somebody else has just asked for {}", job.name);
                    return Err(StoreError::Conflict(sentence));
                }
                id
            }
        };
        let (audit_id, object) = (self.mint(), format!("run/{id}"));
        let detail = format!("{{\"job\":{:?}}}", job.name);
        let act = Act { id: &audit_id, action: "ask-run", object: &object, detail: &detail };
        store::audit::insert(&mut tx, actor, &act, now).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    /// Why a run of a job would come to nothing if it were asked for now.
    async fn why_not(&self, job: &job::Job) -> Result<Option<String>, StoreError> {
        let (name, now) = (&job.name, self.clock.now());
        if job.kind == Kind::External {
            return Ok(Some(format!("{name} is run by somebody else, who reports it")));
        }
        if let Some(pause) = job::paused(&self.jobs, job, now) {
            return Ok(Some(format!("{name} is paused: {}. End the pause first", pause.why)));
        }
        if let Some(missing) = self.missing(name).await? {
            let sentence = format!(
                "{name} needs the lists of {} due {}, and no run since then has ended with one published; ask for {} first",
                missing.job, missing.slot, missing.job
            );
            return Ok(Some(sentence));
        }
        let mut tx = self.store.read().await?;
        let (nodes, lease_now) = (store::node::all(&mut tx).await?, self.lease_now(&mut tx).await?);
        let unplaced = domain::node::unplaced(&nodes, job.needs(now), lease_now);
        Ok(unplaced.map(|why| format!("no node could begin {name}: {why}")))
    }
}
