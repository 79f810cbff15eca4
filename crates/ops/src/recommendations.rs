//! Recommendations: drafting, looking at what would be sent, submitting once, and what became of it.

use std::collections::BTreeMap;

use domain::ids::{BodyCode, GmcNumber};
use domain::joined::Presence;
use domain::recommendation::{Facts, Kind, Problem, Window, Words, differences, officer_problems, problems};
use domain::scope::Scope;
use domain::sending::{Mover, Point, Wish};
use jiff::Timestamp;
use jiff::civil::Date;
use store::Tx;
use store::audit::Act;
use store::intent::{self, NewIntent, Step};
use store::recommendation::{self, NewRecommendation};

use crate::alert::Word;
use crate::directory::{officer_of, unlicensed};
use crate::fault::{Fault, Kind as Wrong};
use crate::freshness::Freshness;
use crate::place::Ops;
use crate::rows::{AnswerRow, CommentRow, DoctorRow, OfficerRow, RecommendationRow, StepRow};

/// Recommendations shown.
const SHOWN: u64 = 500;
/// Longest comment, in characters.
const COMMENT_MAX: usize = 10_000;
/// Codes of what is wrong with the words themselves: no day makes them right, so they are refused when drafted.
const WORDS: [&str; 4] = ["88", "89", "94", "97"];
/// The words for a doctor who is absent, and for one out of scope.
const ABSENT: &str = "There is no doctor with this GMC number on the lists you may see.";

/// The words for whoever would be the first and the second person at once.
pub const SECOND: &str = "This body asks for a second person: whoever drafted or last changed a recommendation does not submit it.";

/// What whoever submits declares.
pub const DECLARATION: &str = "I am authorised to submit this recommendation for the responsible officer of the designated body \
                               named here. I know that the GMC cannot withdraw a decision made on it.";

/// One recommendation, whole.
pub struct RecommendationPage {
    /// As it is kept.
    pub row: RecommendationRow,
    /// What the GMC says of the doctor now.
    pub facts: Facts,
    /// What stands against submitting it now.
    pub problems: Vec<Problem>,
    /// What has changed at the GMC since its words were last changed.
    pub differences: Vec<String>,
    /// The officer who would be named.
    pub officer: Option<OfficerRow>,
    /// Comments, in order.
    pub comments: Vec<CommentRow>,
    /// The life of its newest submission.
    pub life: Vec<StepRow>,
    /// What the GMC answered about it.
    pub answers: Vec<AnswerRow>,
}

/// A submission by a person who may submit.
#[derive(Clone, Copy, Debug)]
pub struct Submit<'a> {
    /// The version of the recommendation that they read.
    pub version: u64,
    /// Their e-mail address, which the GMC expects.
    pub email: &'a str,
    /// What tells a second press of the button from another.
    pub token: &'a str,
}

impl Ops {
    /// Drafts a recommendation; a doctor has one open at a time.
    pub async fn draft(
        &self,
        scope: &Scope,
        number: &str,
        words: &Words,
        word: Word<'_>,
    ) -> Result<RecommendationPage, Fault> {
        let number = GmcNumber::parse(number).ok_or_else(|| Fault::not_found(ABSENT))?;
        let (now, today) = (self.clock.now(), self.today().date);
        let mut tx = self.store.begin().await?;
        let facts = facts_of(&mut tx, scope, &number).await?;
        let body = facts.body.clone().ok_or_else(|| Fault::invalid("No list of the GMC has the doctor."))?;
        refuse_words(words, &facts, self.submitting.window, today)?;
        let id = word.ids.mint(now);
        let actor = word.actor.name.as_str();
        let new = NewRecommendation { id: &id, number: &number, body: &body, words, facts: &facts, actor };
        if !recommendation::insert(&mut tx, &new, now).await? {
            return Err(Fault::new(
                Wrong::Conflict,
                "The doctor has an open recommendation already; change that one, or withdraw it.",
            ));
        }
        audit(&mut tx, ("draft-recommendation", &id, words.kind), word, now).await?;
        tx.commit().await?;
        self.recommendation(scope, &id).await
    }

    /// How old the list is that has a doctor of a scope: whoever drafts for them must see it. Without such a list the doctor is
    /// as absent as anywhere else.
    pub async fn drafted_from(&self, scope: &Scope, number: &str) -> Result<Freshness, Fault> {
        let number = GmcNumber::parse(number).ok_or_else(|| Fault::not_found(ABSENT))?;
        let mut tx = self.read_within(scope).await?;
        let body = facts_of(&mut tx, scope, &number).await?.body.ok_or_else(|| Fault::not_found(ABSENT))?;
        self.freshness_of(&mut tx, &body).await
    }

    /// Changes the words of a draft; whoever read an older version changes nothing.
    pub async fn redraft(
        &self,
        scope: &Scope,
        (id, version): (&str, u64),
        words: &Words,
        word: Word<'_>,
    ) -> Result<RecommendationPage, Fault> {
        let (now, today) = (self.clock.now(), self.today().date);
        let mut tx = self.store.begin().await?;
        let row = draft_of(&mut tx, scope, (id, version)).await?;
        let facts = facts_of(&mut tx, scope, &row.number).await?;
        refuse_words(words, &facts, self.submitting.window, today)?;
        let to = (words, &facts);
        if !recommendation::change(&mut tx, &row, to, &word.actor.name, now).await? {
            return Err(moved_on());
        }
        audit(&mut tx, ("change-recommendation", id, words.kind), word, now).await?;
        tx.commit().await?;
        self.recommendation(scope, id).await
    }

    /// Takes a draft back before it is submitted.
    pub async fn withdraw(
        &self,
        scope: &Scope,
        (id, version): (&str, u64),
        word: Word<'_>,
    ) -> Result<RecommendationPage, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let row = draft_of(&mut tx, scope, (id, version)).await?;
        if !recommendation::close(&mut tx, &row, now).await? {
            return Err(moved_on());
        }
        audit(&mut tx, ("withdraw-recommendation", id, row.words.kind), word, now).await?;
        tx.commit().await?;
        self.recommendation(scope, id).await
    }

    /// Keeps a comment on one.
    pub async fn comment(
        &self,
        scope: &Scope,
        id: &str,
        text: &str,
        word: Word<'_>,
    ) -> Result<RecommendationPage, Fault> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > COMMENT_MAX {
            return Err(Fault::invalid("A comment has from one to 10,000 characters."));
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let row = within(&mut tx, scope, id).await?;
        recommendation::add_comment(&mut tx, id, text, &word.actor.name, now).await?;
        audit(&mut tx, ("comment-recommendation", id, row.words.kind), word, now).await?;
        tx.commit().await?;
        self.recommendation(scope, id).await
    }

    /// Submits a draft: its intent, its audit row and its tie to the draft are one transaction, and `serve` sends it once.
    pub async fn submit(
        &self,
        scope: &Scope,
        id: &str,
        submit: Submit<'_>,
        word: Word<'_>,
    ) -> Result<RecommendationPage, Fault> {
        let (now, today) = (self.clock.now(), self.today().date);
        self.submitting.witness.sees(Point::Pressed);
        let mut tx = self.store.begin().await?;
        let row = draft_of(&mut tx, scope, (id, submit.version)).await?;
        if self.needs_another(&row, &word.actor.name) {
            return Err(Fault::invalid(SECOND));
        }
        let facts = facts_of(&mut tx, scope, &row.number).await?;
        let officer = officer_of(&mut tx, &row.body).await?;
        let mut against = self.against(&row, &facts, officer.as_ref(), today);
        against.extend(unlicensed(&mut tx, officer.as_ref()).await?);
        if submit.email.trim().is_empty() {
            against
                .push(Problem { code: "150", sentence: "The GMC expects your e-mail address.".to_owned() });
        }
        let Some(officer) = officer.filter(|_| against.is_empty()) else { return Err(refused(&against)) };
        let fields = fields(&row, &facts, &officer, (&word.actor.name, submit.email))?;
        let intent_id = word.ids.mint(now);
        let new = NewIntent {
            id: &intent_id,
            wish: Wish::Recommend,
            number: &row.number,
            body: &row.body,
            from_body: Some(&row.body),
            batch: submit.token,
            fields: &fields,
            asked_by: &word.actor.name,
            reason: &word.actor.reason,
        };
        let actor = word.actor.name.as_str();
        let step = Step { mover: Mover::Person, actor, sentence: "submitted", code: None, at: now };
        let is_new = intent::insert(&mut tx, &new, step).await?;
        if !is_new || !recommendation::submit(&mut tx, &row, &intent_id, actor, now).await? {
            return Err(moved_on());
        }
        audit(&mut tx, ("submit-recommendation", id, row.words.kind), word, now).await?;
        self.submitting.witness.sees(Point::BeforeWished);
        tx.commit().await?;
        self.submitting.witness.sees(Point::Wished);
        self.recommendation(scope, id).await
    }

    /// Whether a body asks for a second person, and this one drafted or last changed the recommendation.
    pub fn needs_another(&self, row: &RecommendationRow, name: &str) -> bool {
        self.submitting.second_person.asks(&row.body)
            && [&row.drafted_by, &row.changed_by].contains(&&name.to_owned())
    }

    /// Reads those for the bodies of a scope: open ones first.
    pub async fn recommendations(&self, scope: &Scope) -> Result<Vec<RecommendationRow>, Fault> {
        Ok(recommendation::recent(&mut self.read_within(scope).await?, scope, SHOWN).await?)
    }

    /// Reads one with everything that is known of it; out of scope is the same as absent.
    pub async fn recommendation(&self, scope: &Scope, id: &str) -> Result<RecommendationPage, Fault> {
        let today = self.today().date;
        let mut tx = self.read_within(scope).await?;
        let row = within(&mut tx, scope, id).await?;
        // A doctor who has left the lists one may see leaves the recommendation readable, and not to be submitted.
        let facts = facts_of(&mut tx, scope, &row.number).await.unwrap_or_else(|_| gone(&row));
        let officer = officer_of(&mut tx, &row.body).await?;
        let life = match &row.submission {
            Some(submission) => intent::steps(&mut tx, &submission.intent_id).await?,
            None => Vec::new(),
        };
        let mut problems = self.against(&row, &facts, officer.as_ref(), today);
        problems.extend(unlicensed(&mut tx, officer.as_ref()).await?);
        Ok(RecommendationPage {
            problems,
            differences: differences(&row.based_on, &facts),
            comments: recommendation::comments(&mut tx, id).await?,
            answers: recommendation::answers(&mut tx, id).await?,
            facts,
            officer,
            life,
            row,
        })
    }

    /// Everything that stands against submitting now.
    fn against(
        &self,
        row: &RecommendationRow,
        facts: &Facts,
        officer: Option<&OfficerRow>,
        today: Date,
    ) -> Vec<Problem> {
        let mut found = problems(&row.words, facts, self.submitting.window, today);
        if facts.body.as_ref().is_some_and(|body| *body != row.body) {
            let sentence =
                "Another body's list has the doctor now; this draft stays with the body it was written for.";
            found.push(Problem { code: "140", sentence: sentence.to_owned() });
        }
        found.extend(officer_problems(officer.map(|row| &row.officer)));
        found
    }
}

/// A doctor of whom nothing is to be seen any more.
fn gone(row: &RecommendationRow) -> Facts {
    Facts { body: None, under_notice: "none".to_owned(), submission_date: None, ..row.based_on.clone() }
}

async fn facts_of(tx: &mut Tx, scope: &Scope, number: &GmcNumber) -> Result<Facts, Fault> {
    let row = store::doctor::get(tx, scope, number).await?.ok_or_else(|| Fault::not_found(ABSENT))?;
    let facts = facts(row);
    match &facts.body {
        Some(body) if !scope.covers(body) => Err(Fault::not_found(ABSENT)),
        _ => Ok(facts),
    }
}

fn facts(row: DoctorRow) -> Facts {
    let is_listed = row.view.presence.as_deref() != Some(Presence::Left.word());
    Facts {
        body: row.view.body.filter(|_| is_listed).map(BodyCode::new),
        last_name: row.view.last_name,
        under_notice: row.view.under_notice,
        submission_date: row.view.submission_date.and_then(|text| text.parse().ok()),
    }
}

async fn within(tx: &mut Tx, scope: &Scope, id: &str) -> Result<RecommendationRow, Fault> {
    let row = recommendation::get(tx, scope, id).await?;
    row.ok_or_else(|| Fault::not_found("There is no such recommendation on the lists you may see."))
}

async fn draft_of(
    tx: &mut Tx,
    scope: &Scope,
    (id, version): (&str, u64),
) -> Result<RecommendationRow, Fault> {
    let row = within(tx, scope, id).await?;
    if !row.status().is_draft() {
        let sentence = format!("It is no draft: {}. Nothing was changed.", row.status().sentence());
        return Err(Fault::new(Wrong::Conflict, sentence));
    }
    if row.version == version { Ok(row) } else { Err(moved_on()) }
}

fn refuse_words(words: &Words, facts: &Facts, window: Window, today: Date) -> Result<(), Fault> {
    let found = problems(words, facts, window, today);
    let wrong: Vec<Problem> = found.into_iter().filter(|problem| WORDS.contains(&problem.code)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(refused(&wrong)) }
}

fn refused(against: &[Problem]) -> Fault {
    let sentences: Vec<&str> = against.iter().map(|problem| problem.sentence.as_str()).collect();
    Fault::invalid(sentences.join(" "))
}

fn moved_on() -> Fault {
    Fault::new(Wrong::Conflict, "It has changed meanwhile; look at it again. Nothing was changed.")
}

/// What is sent, by element name; what does not belong to a kind is empty or left out, as the GMC expects.
fn fields(
    row: &RecommendationRow,
    facts: &Facts,
    officer: &OfficerRow,
    (user, email): (&str, &str),
) -> Result<String, Fault> {
    let words = &row.words;
    let mut fields = BTreeMap::from([
        ("DoctorSurname", facts.last_name.clone().unwrap_or_default()),
        ("DoctorUID", row.number.to_string()),
        ("RoSurname", officer.officer.surname.clone()),
        ("RoUID", officer.officer.gmc_number.clone()),
        ("RoDesignatedBodyCode", row.body.to_string()),
        ("RoPhoneNumber", officer.officer.phone.clone()),
        ("RoRecommendation", words.kind.code().to_owned()),
        ("RoRecommendationReason", words.reason.clone().unwrap_or_default()),
        ("InternalUser", user.to_owned()),
        ("InternalUserEmailAddress", email.trim().to_owned()),
    ]);
    if let Some(date) = words.deferral_date {
        fields.insert("RequestedDeferralDate", date.strftime("%d/%m/%Y").to_string());
    }
    match (&words.sub_reason, words.kind) {
        (Some(sub), _) => drop(fields.insert("RoRecommendationSubreason", sub.clone())),
        (None, Kind::Defer) => {}
        (None, _) => drop(fields.insert("RoRecommendationSubreason", String::new())),
    }
    serde_json::to_string(&fields).map_err(|_| Fault::invalid("This cannot be written down."))
}

async fn audit(
    tx: &mut Tx,
    (action, id, kind): (&str, &str, Kind),
    word: Word<'_>,
    now: Timestamp,
) -> Result<(), Fault> {
    let (row, object) = (word.ids.mint(now), format!("recommendation/{id}"));
    let detail = serde_json::json!({ "kind": kind.word() }).to_string();
    let act = Act { id: &row, action, object: &object, detail: &detail };
    Ok(store::audit::insert(tx, word.actor, &act, now).await?)
}
