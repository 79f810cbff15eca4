//! Recommendations of a service before ours: taken in once, all that can be read, and shown with their doctor.

use domain::recommendation::past::Past;
use store::audit::Act;
use store::past_recommendation;

use crate::alert::Word;
use crate::fault::Fault;
use crate::place::Ops;

/// Whether an import is only tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Import {
    /// Nothing is kept.
    Try,
    /// What is new is kept.
    Keep,
}

/// What became of the rows of a file that could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// New here.
    pub imported: u64,
    /// Here already, or twice in the file.
    pub already: u64,
    /// Of the new ones, those without an id of the GMC.
    pub without_id: u64,
}

impl Ops {
    /// Takes recommendations of a service before ours in, all in one transaction.
    pub async fn import_past(&self, rows: &[&Past], how: Import, word: Word<'_>) -> Result<Taken, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut taken = Taken::default();
        for past in rows {
            if past_recommendation::insert(&mut tx, past, &word.actor.name, now).await? {
                taken.imported += 1;
                taken.without_id += u64::from(past.gmc_id.is_none());
            } else {
                taken.already += 1;
            }
        }
        if how == Import::Keep && taken.imported > 0 {
            let id = word.ids.mint(now);
            let detail = serde_json::json!({ "imported": taken.imported, "already": taken.already });
            let (object, detail) = (format!("import/{id}"), detail.to_string());
            let act = Act { id: &id, action: "import-recommendations", object: &object, detail: &detail };
            store::audit::insert(&mut tx, word.actor, &act, now).await?;
            tx.commit().await?;
        }
        Ok(taken)
    }
}
