//! Keys with which somebody else's program reports the runs of one job. A key reads nothing and opens nothing else.

use std::fmt;

use domain::scope::Actor;

use crate::access::reasoned;
use crate::fault::Fault;
use crate::place::Ops;
use crate::rows::ReportKeyRow;

/// Every key begins so, so that whoever finds one knows what it is.
const MARK: &str = "rvr_";

/// A key just made: shown once, kept nowhere. `Debug` shows nothing.
pub struct ReportKey {
    /// Its id; it opens nothing.
    pub id: String,
    /// What stands in the address of a report.
    pub key: String,
}

impl fmt::Debug for ReportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReportKey({} …)", self.id)
    }
}

impl Ops {
    /// Makes a key for the runs of a job that somebody else runs.
    pub async fn add_report_key(&self, job: &str, actor: &Actor) -> Result<ReportKey, Fault> {
        reasoned(actor)?;
        let now = self.clock.now();
        let (id, key) = (self.access.mint(now), format!("{MARK}{}", self.access.token()?));
        let mut tx = self.store.begin().await?;
        store::report::add_key(&mut tx, &id, (job, &key), (&actor.name, now)).await?;
        let detail = serde_json::json!({ "job": job }).to_string();
        let act = ("add-report-key", &*format!("report-key/{id}"), &*detail);
        self.access.audit(&mut tx, actor, act, now).await?;
        tx.commit().await?;
        Ok(ReportKey { id, key })
    }

    /// Reads the keys that nobody has taken back.
    pub async fn report_keys(&self) -> Result<Vec<ReportKeyRow>, Fault> {
        Ok(store::report::keys(&mut self.read().await?).await?)
    }

    /// Takes a key back; it acts on the next report.
    pub async fn revoke_report_key(&self, id: &str, actor: &Actor) -> Result<(), Fault> {
        reasoned(actor)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if !store::report::revoke_key(&mut tx, id, (&actor.name, now)).await? {
            return Err(Fault::not_found("There is no such key."));
        }
        let act = ("revoke-report-key", &*format!("report-key/{id}"), "{}");
        self.access.audit(&mut tx, actor, act, now).await?;
        Ok(tx.commit().await?)
    }

    /// Reads whose runs a key reports; nobody's, if there is no such key.
    pub async fn reports_of(&self, key: &str) -> Result<Option<String>, Fault> {
        if !key.starts_with(MARK) {
            return Ok(None);
        }
        let mut tx = self.store.begin().await?;
        let job = store::report::use_key(&mut tx, key, self.clock.now()).await?;
        tx.commit().await?;
        Ok(job)
    }
}
