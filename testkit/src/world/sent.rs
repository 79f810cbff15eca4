//! What people have wished of the GMC in the visible world.

use domain::ids::BodyCode;
use domain::recommendation::{Facts, Kind as Recommended, Words};
use domain::sending::{Mover, Wish};
use store::hidden::NewHidden;
use store::intent::{NewIntent, Step};
use store::recommendation::NewRecommendation;
use store::{StoreError, Tx};

use super::{HELD, hour, number};

/// A change of a connection that waits to be sent, for a doctor of the held list.
pub const INTENT: &str = "00000000-0000-7000-8000-0000000000e1";
/// A draft for the same doctor.
pub const DRAFT: &str = "00000000-0000-7000-8000-0000000000f1";

/// A discrepancy of the same doctor that was hidden.
pub const HIDDEN: &str = "00000000-0000-7000-8000-0000000000b2";
/// A note about the same doctor.
pub const NOTE: &str = "00000000-0000-7000-8000-0000000000c1";

/// What people want of the GMC about the first doctor, and what somebody wrote.
pub(super) async fn write(tx: &mut Tx) -> Result<(), StoreError> {
    let (doctor, body) = (number(1), BodyCode::new(HELD));
    let said = ("user:somebody", "Spoke to the office,\nwaits for the form.");
    store::note::insert(tx, NOTE, &doctor, said, hour(-2)).await?;
    // What was accepted once; the data have said something else since.
    let hidden = NewHidden {
        id: HIDDEN,
        number: &doctor,
        body: HELD,
        kind: "unknown_owner",
        gmc_body: HELD,
        tis_body: "",
        reason: "known",
        until: None,
    };
    store::hidden::insert(tx, &hidden, "2026-11-23", ("user:somebody", hour(-39))).await?;
    let new = NewIntent {
        id: INTENT,
        wish: Wish::Disconnect,
        number: &doctor,
        body: &body,
        from_body: Some(&body),
        batch: INTENT,
        fields: "{}",
        asked_by: "user:somebody",
        reason: "a rehearsal",
    };
    let step =
        Step { mover: Mover::Person, actor: "user:somebody", sentence: "wished", code: None, at: hour(-1) };
    store::intent::insert(tx, &new, step).await?;
    let words = Words { kind: Recommended::Revalidate, deferral_date: None, reason: None, sub_reason: None };
    let facts = Facts {
        body: Some(body.clone()),
        last_name: None,
        under_notice: "yes".to_owned(),
        submission_date: None,
    };
    let draft = NewRecommendation {
        id: DRAFT,
        number: &doctor,
        body: &body,
        words: &words,
        facts: &facts,
        actor: "user:somebody",
    };
    store::recommendation::insert(tx, &draft, hour(-1)).await.map(drop)
}
