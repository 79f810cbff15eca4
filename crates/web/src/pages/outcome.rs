//! What became of a recommendation: one panel for each state, so that a success and an error never stand together.

use domain::recommendation::{Outcome, Status};
use ops::recommendations::RecommendationPage;

use crate::params::encoded;
use crate::parts::{Callout, Cell, Weight};
use crate::words;

/// The panel of a recommendation; none while it was never submitted. `before` is how many are sent before it.
pub fn panel(page: &RecommendationPage, before: Option<u64>) -> Option<Callout> {
    let status = page.row.status();
    let told = match &status {
        Status::Draft => return None,
        Status::Withdrawn => vec![Cell::text("Nothing of it was sent.")],
        Status::Returned => returned(page),
        Status::Submitted => vec![Cell::text(
            before.map_or_else(|| "It is being said to the GMC, once.".to_owned(), words::place),
        )],
        Status::Confirming => confirming(page),
        Status::UnderReview => vec![Cell::text(
            "The GMC has it and has not decided. It is asked again and again until it has; nothing is to be done.",
        )],
        Status::Decided(Outcome::Approved) => vec![Cell::text(
            "Notice and submission date on this doctor's page are those of the last list; the next list of the body brings \
             what the GMC has changed.",
        )],
        Status::Decided(_) => vec![Cell::text(
            "The GMC did not follow it, and the doctor stays under notice. What follows is agreed with the GMC; a new \
             recommendation can then be drafted on the doctor's page.",
        )],
    };
    let weight = match status {
        Status::Returned | Status::Decided(Outcome::Rejected) => Weight::Loud,
        _ => Weight::Inset,
    };
    Some(Callout { weight, heading: status.sentence().to_owned(), paragraphs: told })
}

fn returned(page: &RecommendationPage) -> Vec<Cell> {
    let why = page.row.submission.as_ref().map(|one| one.sentence.clone()).filter(|told| !told.is_empty());
    let mut told: Vec<Cell> = why.map(Cell::Text).into_iter().collect();
    told.push(Cell::text("The draft is kept. Put right what is said here, and submit it again."));
    told
}

fn confirming(page: &RecommendationPage) -> Vec<Cell> {
    let mut told = vec![Cell::text(
        "It was sent, and the GMC's reply did not come or proves nothing. Do not submit it anywhere else: the GMC may have \
         it. It is never sent again by itself.",
    )];
    if let Some(submission) = &page.row.submission {
        let to = format!("/connections/{}", encoded(&submission.intent_id));
        told.push(Cell::link(to, "Look into GMC Connect, then say here what you found"));
    }
    told
}
