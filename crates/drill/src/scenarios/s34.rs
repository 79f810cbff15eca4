//! S34: health that means something. With the GMC away, TIS away and data of yesterday an instance is alive and ready, says why it
//! is not well, and a draft is kept and taken back; one that cannot open its store is never ready.

use jiff::SignedDuration;
use simulator::{Fault, Rule};

use crate::child::{self, Serving};
use crate::error::DrillError;
use crate::facts::Facts;
use crate::recommending;
use crate::sandbox::Sandbox;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(1).await?;
    sandbox.clock.advance(SignedDuration::from_hours(9));
    let whom = recommending::noticed(sandbox).await?;
    let doctor = whom.first().ok_or_else(|| DrillError::Furnish("nobody is under notice".to_owned()))?;
    let (serving, address) = child::serve_pages(sandbox).await?;
    let at = At { address: &address, doctor: doctor.doctor.as_str() };
    at.looks(sandbox, "all is well", None, facts).await?;

    sandbox.begin(2)?;
    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::Status(503))]);
    sandbox.gmc_sync().await?;
    serving.tell_time(sandbox)?;
    at.looks(sandbox, "the GMC is down", Some("list_not_refreshed"), facts).await?;

    sandbox.simulator.set_faults(Vec::new());
    sandbox.gmc_sync().await?;
    let (tis, away) = (sandbox.path("tis"), sandbox.path("tis-away"));
    std::fs::rename(&tis, &away)?;
    sandbox.tis_enrich().await?;
    at.looks(sandbox, "TIS is down", Some("list_not_refreshed"), facts).await?;
    std::fs::rename(&away, &tis)?;
    sandbox.tis_enrich().await?;

    sandbox.clock.advance(SignedDuration::from_hours(30));
    serving.tell_time(sandbox)?;
    at.looks(sandbox, "the data are of 30 hours ago", Some("list_late"), facts).await?;
    facts.same("asked to end, it ends", &serving.end().await?, &Some(0));
    without_a_store(sandbox, facts).await
}

/// Where it is asked, and of whom a draft is made.
struct At<'a> {
    address: &'a str,
    doctor: &'a str,
}

impl At<'_> {
    /// Alive, ready, deep with a reason, and a draft saved and discarded.
    async fn looks(
        &self,
        sandbox: &Sandbox,
        when: &str,
        reason: Option<&str>,
        facts: &mut Facts,
    ) -> Result<(), DrillError> {
        for (path, what) in [("/livez", "alive"), ("/readyz", "ready")] {
            let (status, _) = child::ask(self.address, path).await?;
            facts.same(format!("{when}: it is {what}"), &status, &200);
        }
        let (_, deep) = child::ask(self.address, "/healthz").await?;
        if let Some(reason) = reason {
            facts.state(format!("{when}: its health says {reason}"), deep.contains(reason), &deep);
        }
        let (status, _) = child::ask(self.address, "/status.json").await?;
        facts.same(format!("{when}: how fresh each list is, is told"), &status, &200);
        let file = sandbox.path("doctor");
        std::fs::write(&file, self.doctor)?;
        let draft =
            ["recommendations", "draft", "--doctor", &file.display().to_string(), "--kind", "revalidate"];
        let kept = child::again(sandbox, &[&draft[..], &["--json"]].concat()).await?;
        facts.state(format!("{when}: a draft is kept"), kept.code == Some(0), &kept);
        let mut tx = sandbox.context.store.read().await?;
        let newest = store::recommendation::recent(&mut tx, &sandbox.everybody(), 1).await?.pop();
        drop(tx);
        let id = newest.map(|row| row.id).unwrap_or_default();
        let withdraw = ["recommendations", "withdraw", &id, "--seen", "1", "--reason", "a drill"];
        let taken = child::again(sandbox, &withdraw).await?;
        facts.state(format!("{when}: and taken back"), taken.code == Some(0), &taken);
        Ok(())
    }
}

/// A second instance whose store is away: it never answers, and the first is as it was.
async fn without_a_store(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let (serving, address): (Serving, String) = child::serve_pages(sandbox).await?;
    let broken = child::run_elsewhere(sandbox, &["serve"], "postgres://127.0.0.1:1/none").await?;
    facts.same(
        "one that cannot open the store does not begin, so no balancer sends it anybody",
        &broken.code,
        &Some(20),
    );
    let (status, _) = child::ask(&address, "/readyz").await?;
    facts.same("the other instance is as ready as before", &status, &200);
    facts.same("asked to end, it ends as well", &serving.end().await?, &Some(0));
    Ok(())
}
