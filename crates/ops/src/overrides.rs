//! What a person changes for a while: added with an end, ended early, or kept until another end; each an audit row.

use domain::job::{self, Job, Trigger};
use domain::node::unplaced;
use domain::overrides::{Override, What};
use domain::schedule::Schedule;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::Tx;

use crate::alert::{Word, audit};
use crate::fault::{Fault, Kind};
use crate::place::Ops;

/// Overrides that ended so long ago are still shown beside those that count. Arbitrary.
const SHOWN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// An override to be.
#[derive(Clone, Debug)]
pub struct NewOverride {
    /// What is different. Whether its job, list or address is right is for the caller to know, who has the settings.
    pub what: What,
    /// Who answers for it; the person who makes it if absent.
    pub owner: Option<String>,
    /// Key of the alert it answers.
    pub answers: Option<String>,
    /// From; now if absent.
    pub starts_at: Option<Timestamp>,
    /// Until before.
    pub ends_at: Timestamp,
}

impl Ops {
    /// Reads what counts, will count, or ended within a day.
    pub async fn overrides(&self) -> Result<Vec<Override>, Fault> {
        let since = self.clock.now().saturating_sub(SHOWN_AFTER).unwrap_or(Timestamp::MIN);
        Ok(store::overrides::since(&mut self.read().await?, since).await?)
    }

    /// Looks at what is to be different of a job, and names the job by its own name.
    ///
    /// Errors: `NotFound` if there is no such job, `Invalid` where it makes no sense or no node could begin the job then.
    pub async fn sensible(&self, what: What, declared: &[Job]) -> Result<What, Fault> {
        let found = |name: &str| {
            let none = || Fault::not_found(format!("There is no job {name}."));
            job::find(declared, name).ok_or_else(none)
        };
        match what {
            What::Pause { job } => Ok(What::Pause { job: found(&job)?.name.clone() }),
            What::Schedule { job, schedule } => {
                let job = found(&job)?;
                if !matches!(job.trigger, Trigger::Schedule(_)) {
                    let sentence =
                        format!("{} has no schedule of its own: it comes after another job.", job.name);
                    return Err(Fault::invalid(sentence));
                }
                Schedule::parse(&schedule).map_err(|error| Fault::invalid(error.to_string()))?;
                Ok(What::Schedule { job: job.name.clone(), schedule })
            }
            What::Labels { job, labels } => {
                let job = found(&job)?;
                let nodes = store::node::all(&mut self.read().await?).await?;
                match unplaced(&nodes, &labels, self.clock.now()) {
                    Some(why) => {
                        Err(Fault::invalid(format!("No node could begin {} then: {why}.", job.name)))
                    }
                    None => Ok(What::Labels { job: job.name.clone(), labels }),
                }
            }
            What::Brake { .. } | What::Target { .. } => Ok(what),
        }
    }

    /// Lets something be different from its beginning until its end.
    pub async fn add_override(&self, new: NewOverride, word: Word<'_>) -> Result<Override, Fault> {
        let mut tx = self.store.begin().await?;
        let one = self.add(&mut tx, new, word).await?;
        tx.commit().await?;
        Ok(one)
    }

    async fn add(&self, tx: &mut Tx, new: NewOverride, word: Word<'_>) -> Result<Override, Fault> {
        let now = self.clock.now();
        let one = Override {
            id: word.ids.mint(now),
            what: new.what,
            owner: new.owner.unwrap_or_else(|| word.actor.name.clone()),
            reason: word.actor.reason.clone(),
            answers: new.answers,
            starts_at: new.starts_at.unwrap_or(now),
            ends_at: new.ends_at,
            ended_at: None,
            ended_by: String::new(),
        };
        let others = store::overrides::since(tx, now).await?;
        if let Some(why) = one.refusal(&others, now) {
            return Err(Fault::invalid(why));
        }
        if let Some(key) = &one.answers
            && !store::alert::live(tx).await?.iter().any(|alert| alert.key == *key)
        {
            let sentence = format!("There is no open alert {key} to answer; `reval alerts` shows them.");
            return Err(Fault::not_found(sentence));
        }
        store::overrides::insert(tx, &one, word.actor, now).await?;
        let detail =
            json!({ "what": one.what, "from": one.starts_at, "until": one.ends_at, "answers": one.answers });
        audit(tx, ("override", &format!("override/{}", one.id), &detail.to_string()), word, now).await?;
        Ok(one)
    }

    /// Ends one before its time; the settings count again at once.
    pub async fn end_override(&self, id: &str, word: Word<'_>) -> Result<Override, Fault> {
        let mut tx = self.store.begin().await?;
        let one = self.end(&mut tx, id, word).await?;
        tx.commit().await?;
        Ok(one)
    }

    async fn end(&self, tx: &mut Tx, id: &str, word: Word<'_>) -> Result<Override, Fault> {
        let now = self.clock.now();
        if word.actor.reason.trim().is_empty() {
            return Err(Fault::invalid("Ending an override needs a reason."));
        }
        let one = store::overrides::since(tx, now).await?.into_iter().find(|one| one.id == id);
        let none = || {
            Fault::not_found("There is no such override, or it has ended; `reval override list` shows them.")
        };
        let one = one.ok_or_else(none)?;
        if !store::overrides::end(tx, id, word.actor, now).await? {
            return Err(none());
        }
        let detail = json!({ "what": one.what, "until": one.ends_at });
        audit(tx, ("end-override", &format!("override/{id}"), &detail.to_string()), word, now).await?;
        Ok(one)
    }

    /// Keeps what one changes until another end, by a person's word: a new one follows it that answers no alert, so that
    /// an alert the first one kept open may close.
    pub async fn keep_override(&self, id: &str, until: Timestamp, word: Word<'_>) -> Result<Override, Fault> {
        let mut tx = self.store.begin().await?;
        let old = self.end(&mut tx, id, word).await?;
        let new = NewOverride {
            what: old.what,
            owner: Some(old.owner),
            answers: None,
            starts_at: Some(old.starts_at.max(self.clock.now())),
            ends_at: until,
        };
        let one = self.add(&mut tx, new, word).await?;
        tx.commit().await?;
        Ok(one)
    }
}

/// An alert that an override answers does not close while that one lives, not even by a person's word.
pub(crate) async fn must_not_answer(tx: &mut Tx, key: &str, now: Timestamp) -> Result<(), Fault> {
    let all = store::overrides::since(tx, now).await?;
    let Some(one) = all.iter().find(|one| one.is_in_force(now) && one.answers.as_deref() == Some(key)) else {
        return Ok(());
    };
    let sentence = format!(
        "The override {} answers this alert and still counts: {}. End it, or keep it until a date with `reval override keep`.",
        one.id,
        one.sentence()
    );
    Err(Fault::new(Kind::Conflict, sentence))
}
