//! Notes about doctors: written and worded anew by their authors, read by whoever sees the doctor, never lost.

use domain::access::{Right, Visitor};
use domain::ids::GmcNumber;
use domain::scope::{Actor, Scope};
use store::{Tx, note, subject};

use crate::fault::{Fault, Kind};
use crate::place::Ops;

/// Longest note, characters; arbitrary, ten pages.
pub const NOTE_MAX: usize = 10_000;

const ABSENT: &str = "There is no doctor with this GMC number on the lists you may see.";

impl Ops {
    /// Keeps a note about a doctor; out of scope is the same as absent.
    pub async fn write_note(&self, by: &Visitor, number: &str, text: &str) -> Result<(), Fault> {
        let actor = by.actor("");
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let number = within(&mut tx, &by.scope(Right::EditNotes), number).await?;
        let text = readable(text)?;
        let id = self.access.mint(now);
        note::insert(&mut tx, &id, &number, (&author(&actor), text), now).await?;
        let word = subject::of(&mut tx, &number, &self.access.mint(now)).await?;
        let detail = serde_json::json!({ "note": id, "characters": text.chars().count() });
        let act = ("write-note", &*format!("doctor/{word}"), &*detail.to_string());
        self.access.audit(&mut tx, &actor, act, now).await?;
        Ok(tx.commit().await?)
    }

    /// Words a note anew, of the version that its author read.
    pub async fn reword_note(&self, by: &Visitor, which: (&str, u64), text: &str) -> Result<(), Fault> {
        let (id, _) = which;
        let actor = by.actor("");
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let absent =
            || Fault::not_found("There is no such note of yours; only its author words a note anew.");
        let row = note::get(&mut tx, id).await?.ok_or_else(absent)?;
        let number = within(&mut tx, &by.scope(Right::EditNotes), &row.gmc_number).await;
        let number = number.map_err(|_| absent())?;
        if row.author != author(&actor) {
            return Err(absent());
        }
        let text = readable(text)?;
        if !note::change(&mut tx, which, (&author(&actor), text), now).await? {
            let sentence =
                "The note has been changed since you opened it; look at it again. Nothing was lost.";
            return Err(Fault::new(Kind::Conflict, sentence));
        }
        let word = subject::of(&mut tx, &number, &self.access.mint(now)).await?;
        let detail = serde_json::json!({ "note": id, "characters": text.chars().count() });
        let act = ("reword-note", &*format!("doctor/{word}"), &*detail.to_string());
        self.access.audit(&mut tx, &actor, act, now).await?;
        Ok(tx.commit().await?)
    }
}

/// Who wrote a note: two programs of one name are two authors where they come for two people.
fn author(actor: &Actor) -> String {
    if actor.behalf.is_empty() { actor.name.clone() } else { format!("{} of {}", actor.name, actor.behalf) }
}

async fn within(tx: &mut Tx, scope: &Scope, number: &str) -> Result<GmcNumber, Fault> {
    let absent = || Fault::not_found(ABSENT);
    let number = GmcNumber::parse(number).ok_or_else(absent)?;
    store::doctor::get(tx, scope, &number).await?.ok_or_else(absent)?;
    Ok(number)
}

/// Takes a text that every screen can show: lines and tabs, no other control character.
fn readable(text: &str) -> Result<&str, Fault> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NOTE_MAX {
        return Err(Fault::invalid("A note has from one to 10,000 characters."));
    }
    if text.chars().any(|one| one.is_control() && !['\n', '\r', '\t'].contains(&one)) {
        return Err(Fault::invalid(
            "The note holds a character that no screen shows. Type it again, or paste it as text.",
        ));
    }
    Ok(text)
}
