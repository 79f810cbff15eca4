//! One alert: its life, what was told of it, and what a person may say about it.

use std::collections::BTreeSet;

use domain::alert::AlertKind;
use domain::clock::IdSource;
use domain::notification::NoticeKind;
use domain::scope::Actor;
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::audit::Act;
use store::flip::{FlipRow, NewFlip};
use store::notification::{NewNotification, NotificationRow};
use store::silence::{Matcher, SilenceRow};

use crate::fault::{Fault, Kind};
use crate::overrides::must_not_answer;
use crate::place::Ops;
use crate::rows::AlertRow;

/// The same words for an absent alert and one out of scope.
pub(crate) const ABSENT: &str = "There is no alert under this key; `reval alerts` shows them.";
/// A silence lasts at most so long; a longer one would be forgotten. As long as a planned exception of the brake.
const SILENCE_MAX: SignedDuration = SignedDuration::from_hours(14 * 24);

/// An alert with everything that is known of it.
#[derive(Clone, Debug)]
pub struct AlertStory {
    /// The alert as it is.
    pub alert: AlertRow,
    /// Its life, in order.
    pub life: Vec<FlipRow>,
    /// What was told of it, in order.
    pub told: Vec<NotificationRow>,
}

/// Who speaks, and where identifiers come from.
#[derive(Clone, Copy)]
pub struct Word<'a> {
    /// Who, and why.
    pub actor: &'a Actor,
    /// Identifiers.
    pub ids: &'a IdSource,
}

/// Reads what a silence is to be about: `key=…`, `kind=…`, `job=…`, `list=…` or `all`.
pub fn matcher(text: &str) -> Result<Matcher, Fault> {
    let wrong = || Fault::invalid("write key=…, kind=…, job=…, list=… or all");
    if text == "all" {
        return Ok(Matcher { matches: text.to_owned(), value: String::new() });
    }
    let (matches, value) = text.split_once('=').ok_or_else(wrong)?;
    if !["key", "kind", "job", "list"].contains(&matches) || value.is_empty() {
        return Err(wrong());
    }
    let value = match matches {
        "kind" => AlertKind::from_word(value).ok_or_else(|| no_kind(value))?.word(),
        _ => value,
    };
    Ok(Matcher { matches: matches.to_owned(), value: value.to_owned() })
}

fn no_kind(word: &str) -> Fault {
    Fault::invalid(format!(
        "there is no kind of alert called {word}; `reval alerts --all` shows those that were"
    ))
}

impl Ops {
    /// Reads the newest alert under a key, or the one of an id.
    pub async fn alert_story(&self, key: &str) -> Result<AlertStory, Fault> {
        let mut tx = self.read().await?;
        let alert = named(&mut tx, key).await?;
        let life = store::flip::of_alert(&mut tx, &alert.id).await?;
        let told = store::notification::of_alert(&mut tx, &alert.id).await?;
        Ok(AlertStory { alert, life, told })
    }

    /// Takes an alert: it has an owner, and nobody is reminded of it any more.
    pub async fn acknowledge(&self, key: &str, word: Word<'_>) -> Result<AlertRow, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut alert = open(&mut tx, key).await?;
        alert.owner = Some(word.actor.name.clone());
        alert.acknowledged_at = alert.acknowledged_at.or(Some(now));
        let said = format!("{} has taken it. {}", word.actor.name, word.actor.reason);
        save(&mut tx, &alert, ("acknowledged", &said), word, now).await?;
        tx.commit().await?;
        self.again(&alert).await
    }

    /// Says that an alert is over. Where its condition still holds, the watch opens it anew at its next turn.
    pub async fn resolve(&self, key: &str, word: Word<'_>) -> Result<AlertRow, Fault> {
        reasoned(word.actor)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut alert = open(&mut tx, key).await?;
        must_not_answer(&mut tx, &alert.key, now).await?;
        alert.resolved_at = Some(now);
        alert.resolved_why = format!("{} said that it is over: {}", word.actor.name, word.actor.reason);
        let said = alert.resolved_why.clone();
        let sequence = save(&mut tx, &alert, ("resolved", &said), word, now).await?;
        tell(&mut tx, &alert, (sequence, &said), word, now).await?;
        tx.commit().await?;
        self.again(&alert).await
    }

    async fn again(&self, alert: &AlertRow) -> Result<AlertRow, Fault> {
        named(&mut self.read().await?, &alert.id).await
    }

    /// Holds notices back from now until an end; detection goes on, and so does the notice that it is over.
    pub async fn silence(
        &self,
        matcher: &Matcher,
        length: SignedDuration,
        word: Word<'_>,
    ) -> Result<SilenceRow, Fault> {
        reasoned(word.actor)?;
        if length <= SignedDuration::ZERO || length > SILENCE_MAX {
            return Err(Fault::invalid("A silence ends after a minute at least and 14 days at most."));
        }
        let now = self.clock.now();
        let id = word.ids.mint(now);
        let ends = now.saturating_add(length).unwrap_or(now);
        let mut tx = self.store.begin().await?;
        store::silence::insert(&mut tx, &id, (matcher, word.actor), (now, ends), now).await?;
        let detail = serde_json::json!({ "matches": matcher.matches, "value": matcher.value, "until": ends });
        audit(&mut tx, ("silence", &format!("silence/{id}"), &detail.to_string()), word, now).await?;
        tx.commit().await?;
        let all = self.silences().await?;
        all.into_iter()
            .find(|one| one.id == id)
            .ok_or_else(|| Fault::not_found("The silence has ended already."))
    }

    /// Ends a silence before its time; what it held back is told.
    pub async fn end_silence(&self, id: &str, word: Word<'_>) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if !store::silence::end(&mut tx, id, word.actor, now).await? {
            return Err(Fault::not_found("There is no such silence in force."));
        }
        audit(&mut tx, ("end-silence", &format!("silence/{id}"), "{}"), word, now).await?;
        Ok(tx.commit().await?)
    }

    /// Reads the silences that have not ended.
    pub async fn silences(&self) -> Result<Vec<SilenceRow>, Fault> {
        let mut tx = self.read().await?;
        Ok(store::silence::in_force(&mut tx, self.clock.now()).await?)
    }
}

async fn named(tx: &mut Tx, key: &str) -> Result<AlertRow, Fault> {
    let by_key = store::alert::newest(tx, key).await?;
    let found = match by_key {
        Some(alert) => Some(alert),
        None => store::alert::get(tx, key).await?,
    };
    found.ok_or_else(|| Fault::not_found(ABSENT))
}

async fn open(tx: &mut Tx, key: &str) -> Result<AlertRow, Fault> {
    let alert = named(tx, key).await?;
    if alert.resolved_at.is_some() {
        return Err(Fault::new(Kind::Conflict, "This alert is resolved already; nothing was changed."));
    }
    Ok(alert)
}

fn reasoned(actor: &Actor) -> Result<(), Fault> {
    if actor.reason.trim().is_empty() {
        return Err(Fault::invalid("This needs a reason."));
    }
    Ok(())
}

/// Writes a person's word on an alert with its flip and its audit row; gives the number of the flip.
async fn save(
    tx: &mut Tx,
    alert: &AlertRow,
    what: (&str, &str),
    word: Word<'_>,
    now: Timestamp,
) -> Result<u64, Fault> {
    if !store::alert::save(tx, alert, now).await? {
        return Err(Fault::new(
            Kind::Conflict,
            "The alert has just changed; look at it again. Nothing was changed.",
        ));
    }
    let flip = NewFlip {
        alert_id: &alert.id,
        what: what.0,
        sentence: what.1,
        run_id: None,
        actor: &word.actor.name,
    };
    let number = store::flip::insert(tx, &flip, now).await?;
    let detail = serde_json::json!({ "key": alert.key });
    audit(tx, (what.0, &format!("alert/{}", alert.id), &detail.to_string()), word, now).await?;
    Ok(number)
}

pub(crate) async fn audit(
    tx: &mut Tx,
    act: (&str, &str, &str),
    word: Word<'_>,
    now: Timestamp,
) -> Result<(), Fault> {
    let (action, object, detail) = act;
    let id = word.ids.mint(now);
    Ok(store::audit::insert(tx, word.actor, &Act { id: &id, action, object, detail }, now).await?)
}

/// Whoever was told of an alert is told that it is over.
async fn tell(
    tx: &mut Tx,
    alert: &AlertRow,
    what: (u64, &str),
    word: Word<'_>,
    now: Timestamp,
) -> Result<(), Fault> {
    let (sequence, sentence) = what;
    let told = store::notification::of_alert(tx, &alert.id).await?;
    let batch = word.ids.mint(now);
    let mut channels = BTreeSet::new();
    for before in told.iter().rev().filter(|one| one.state != "held_back" && one.state != "moot") {
        if !channels.insert(before.channel.clone()) {
            continue;
        }
        let mut payload = before.payload.clone();
        payload.notice = NoticeKind::Resolved;
        "resolved".clone_into(&mut payload.state);
        sentence.clone_into(&mut payload.sentence);
        payload.owner.clone_from(&alert.owner);
        payload.at = now;
        let new = NewNotification {
            id: word.ids.mint(now),
            alert_id: Some(alert.id.clone()),
            about: alert.id.clone(),
            channel: before.channel.clone(),
            sequence,
            batch: format!("{batch}/{}", before.channel),
            severity: before.severity,
            payload,
            stands_in_for: None,
            is_held_back: false,
            next_try_at: now,
        };
        store::notification::insert(tx, &new, now).await?;
    }
    Ok(())
}
