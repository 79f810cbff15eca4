//! Records received and not processed: how many, why, and, within the body's scope alone, what they said.

use domain::listing::SENSITIVE;
use domain::reject::Reason;
use domain::scope::Scope;
use jiff::Timestamp;

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::holds::covers;
use crate::place::{BodyName, Ops};
use crate::rows::RejectCount;
use crate::viewer::{Shown, Sight, Viewer};

/// Rejects of one body shown.
pub const SHOWN: u64 = 200;

/// Counts of rejects per list and reason.
#[derive(Clone, Debug)]
pub struct RejectsPage {
    /// How old the lists are.
    pub freshness: Freshness,
    /// The counts.
    pub counts: Vec<RejectCount>,
}

/// One reject, its record taken apart.
#[derive(Clone)]
pub struct Reject {
    /// Why, in plain words.
    pub sentence: String,
    /// Where it is known.
    pub gmc_number: Option<String>,
    /// Element and text as received; one pair without a name if the record is no such thing.
    pub fields: Vec<(String, String)>,
    /// The run.
    pub run_id: String,
    /// Since when it is set aside.
    pub since: Timestamp,
    /// Whether what tells of sanctions and investigations is among the fields.
    pub sensitive: Shown,
}

/// The rejects of one body.
pub struct BodyRejects {
    /// How old the list is.
    pub freshness: Freshness,
    /// The body.
    pub body: BodyName,
    /// The rejects, oldest first, at most [`SHOWN`].
    pub rows: Vec<Reject>,
    /// How many there are.
    pub total: u64,
}

impl Ops {
    /// Counts the rejects of a scope; raw text is not among them.
    pub async fn rejects(&self, scope: &Scope) -> Result<RejectsPage, Fault> {
        let mut tx = self.read_within(scope).await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        let counts = store::reject::counts(&mut tx).await?;
        let counts = counts.into_iter().filter(|count| covers(scope, &count.list)).collect();
        Ok(RejectsPage { freshness, counts })
    }

    /// Reads the rejects of one body with their raw text; out of scope is the same as absent. What tells of sanctions and
    /// investigations is shown within the viewer's sensitive scope, and the audit says so first.
    pub async fn rejects_of(&self, viewer: &Viewer, body: &str) -> Result<BodyRejects, Fault> {
        let body = self.body(&viewer.rejects, body)?.clone();
        let sensitive = if viewer.sensitive.covers(&body.code) { Shown::Yes } else { Shown::No };
        let mut tx = self.read_within(&viewer.rejects).await?;
        let freshness = self.freshness_of(&mut tx, &body.code).await?;
        let counts = store::reject::counts(&mut tx).await?;
        let total = counts.iter().filter(|c| c.list == body.code.as_str()).map(|c| c.count).sum();
        let rows = store::reject::open(&mut tx, &viewer.rejects, &body.code, SHOWN).await?;
        drop(tx);
        if sensitive == Shown::Yes && !rows.is_empty() {
            self.note_sight(viewer, Sight::Rejects(body.code.as_str(), rows.len())).await?;
        }
        let rows = rows
            .into_iter()
            .map(|row| Reject {
                sentence: sentence(&row.reason),
                fields: fields(&row.raw, sensitive),
                gmc_number: row.gmc_number,
                run_id: row.run_id,
                since: row.created_at,
                sensitive,
            })
            .collect();
        Ok(BodyRejects { freshness, body, rows, total })
    }
}

/// Says a reason in plain words; a reason that has none is its own word, spaced.
pub fn sentence(reason: &str) -> String {
    Reason::from_word(reason).map_or_else(|| reason.replace('_', " "), |reason| reason.sentence().to_owned())
}

/// Takes a raw record apart, losing nothing but what is not for these eyes: of a record that cannot be taken apart nobody
/// knows what it tells, so it is shown whole or not at all.
fn fields(raw: &str, sensitive: Shown) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(map)) = serde_json::from_str(raw) else {
        return match sensitive {
            Shown::Yes => vec![(String::new(), raw.to_owned())],
            Shown::No => Vec::new(),
        };
    };
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let is_for_these_eyes = |name: &str| sensitive == Shown::Yes || !SENSITIVE.contains(&name);
    map.into_iter()
        .filter(|(name, _)| is_for_these_eyes(name))
        .map(|(name, value)| (name, text(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_taken_apart_without_loss() {
        let one = fields(r#"{"gmc_reference_number":"TBC","nil":true}"#, Shown::Yes);
        assert!(one.contains(&("gmc_reference_number".to_owned(), "TBC".to_owned())));
        assert!(one.contains(&("nil".to_owned(), "true".to_owned())));
        assert_eq!(fields("<half", Shown::Yes), [(String::new(), "<half".to_owned())]);
    }

    #[test]
    fn what_tells_of_sanctions_is_left_out_and_so_is_what_nobody_can_take_apart() {
        let raw = r#"{"sanction":"Conditions","investigation":"Yes","preliminary_investigation":"Yes","nil":false}"#;
        assert_eq!(fields(raw, Shown::No), [("nil".to_owned(), "false".to_owned())]);
        assert!(fields("<half", Shown::No).is_empty());
    }

    #[test]
    fn every_reason_is_said_in_words() {
        assert!(sentence(Reason::NoNumber.word()).ends_with('.'));
        assert_eq!(sentence("no_person"), "no person");
    }
}
