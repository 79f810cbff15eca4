//! Responsible officers: the directory, and what the GMC has said of the one whom it names.

use domain::ids::BodyCode;
use domain::recommendation::Problem;
use domain::scope::Scope;
use store::Tx;
use store::audit::Act;

use crate::alert::Word;
use crate::fault::Fault;
use crate::place::Ops;
use crate::rows::OfficerRow;

impl Ops {
    /// Reads the directory of responsible officers, for the bodies of a scope.
    pub async fn officers(&self, scope: &Scope) -> Result<Vec<OfficerRow>, Fault> {
        let all = store::officer::all(&mut self.read_within(scope).await?).await?;
        Ok(all.into_iter().filter(|row| scope.covers(&row.body)).collect())
    }

    /// Keeps officers of bodies that are known; each replaces the one before.
    pub async fn keep_officers(&self, rows: &[OfficerRow], word: Word<'_>) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        for row in rows {
            if !self.bodies.iter().any(|body| body.code == row.body) {
                return Err(Fault::invalid(format!(
                    "There is no designated body {}; nothing was kept.",
                    row.body
                )));
            }
            store::officer::upsert(&mut tx, row).await?;
            let (id, object) = (word.ids.mint(now), format!("officer/{}", row.body));
            let act = Act { id: &id, action: "keep-officer", object: &object, detail: "{}" };
            store::audit::insert(&mut tx, word.actor, &act, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// The officer of a body.
pub(crate) async fn officer_of(tx: &mut Tx, body: &BodyCode) -> Result<Option<OfficerRow>, Fault> {
    Ok(store::officer::all(tx).await?.into_iter().find(|row| row.body == *body))
}

/// What stands against whom the GMC has refused as not licensed: no directory tells that, so nothing more is submitted under
/// their name until the directory is put right.
pub(crate) async fn unlicensed(tx: &mut Tx, officer: Option<&OfficerRow>) -> Result<Option<Problem>, Fault> {
    let Some(officer) = officer else { return Ok(None) };
    let refused = store::intent::officer_refused(tx, &officer.body).await?;
    let sentence = "The GMC has answered that this responsible officer is not licensed. Import whom it knows; until then nothing is \
                    submitted for the body.";
    Ok(refused
        .filter(|at| *at >= officer.updated_at)
        .map(|_| Problem { code: "95", sentence: sentence.to_owned() }))
}
