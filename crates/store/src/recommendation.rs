//! Recommendations as they are kept: drafts, comments, what the GMC answered; where one stands is derived when it is read.

use std::fmt;

use domain::ids::{BodyCode, GmcNumber};
use domain::recommendation::{Facts, Outcome, Status, Words, status};
use domain::scope::Scope;
use domain::sending::Standing;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A recommendation, with its newest submission. `Debug` shows no doctor.
#[derive(Clone)]
pub struct RecommendationRow {
    /// UUIDv7.
    pub id: String,
    /// Of whom.
    pub number: GmcNumber,
    /// The body it is drafted for.
    pub body: BodyCode,
    /// What is recommended.
    pub words: Words,
    /// What the GMC said when it was last changed.
    pub based_on: Facts,
    /// Raised by each change.
    pub version: u64,
    /// Who drafted it.
    pub drafted_by: String,
    /// When.
    pub drafted_at: Timestamp,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
    /// Its newest submission.
    pub submission: Option<Submission>,
    /// What the GMC made of it so far.
    pub outcome: Option<Outcome>,
    /// Questions put to the GMC about it.
    pub asks: u64,
    /// When it was withdrawn or decided.
    pub closed_at: Option<Timestamp>,
}

/// The newest submission of a recommendation.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The intent.
    pub intent_id: String,
    /// Where it stands.
    pub standing: Standing,
    /// `ReturnCode` of the last reply.
    pub code: Option<String>,
    /// What is known of it.
    pub sentence: String,
    /// `RecommendationID`
    pub gmc_id: Option<String>,
    /// Who submitted it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl fmt::Debug for RecommendationRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecommendationRow({} {})", self.id, self.status().word())
    }
}

impl RecommendationRow {
    /// Where it stands.
    pub fn status(&self) -> Status {
        let standing = self.submission.as_ref().map(|submission| submission.standing);
        status(self.closed_at.is_some(), standing, self.outcome.as_ref())
    }
}

/// A new draft.
pub struct NewRecommendation<'a> {
    /// UUIDv7.
    pub id: &'a str,
    /// Of whom.
    pub number: &'a GmcNumber,
    /// For which body.
    pub body: &'a BodyCode,
    /// What is recommended.
    pub words: &'a Words,
    /// What the GMC says now.
    pub facts: &'a Facts,
    /// Who drafts it.
    pub actor: &'a str,
}

/// A comment on one.
#[derive(Clone)]
pub struct CommentRow {
    /// 1, 2, 3 …
    pub number: u64,
    /// The words.
    pub text: String,
    /// Whose.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

/// An answer of the GMC about one.
#[derive(Clone, Debug)]
pub struct AnswerRow {
    /// 1, 2, 3 …
    pub number: u64,
    /// `ReturnCode`
    pub code: String,
    /// `Status`, as received.
    pub status: String,
    /// When.
    pub at: Timestamp,
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Corrupt { what: "recommendation" })
}

/// Keeps a new draft; `false` if the doctor has an open one.
pub async fn insert(tx: &mut Tx, new: &NewRecommendation<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let args = args![
        new.id,
        new.number.as_str(),
        new.body.as_str(),
        json(new.words)?,
        json(new.facts)?,
        new.actor,
        ms(now)
    ];
    Ok(tx.execute(sql!("recommendation/insert"), args).await? == 1)
}

/// Reads one within a scope; out of scope is the same as absent.
pub async fn get(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<RecommendationRow>, StoreError> {
    let found = tx.row(sql!("recommendation/get"), args![id]).await?.as_ref().map(row).transpose()?;
    Ok(found.filter(|found| scope.covers(&found.body)))
}

/// Reads those for the bodies of a scope: open ones first, the newest change at the top.
pub async fn recent(tx: &mut Tx, scope: &Scope, limit: u64) -> Result<Vec<RecommendationRow>, StoreError> {
    let bodies: Vec<[&str; 1]> = scope.bodies().map(|body| [body.as_str()]).collect();
    tx.rows(sql!("recommendation/recent"), args![json(&bodies)?, limit]).await?.iter().map(row).collect()
}

/// Changes the words of a draft; `false` if it has changed since it was read.
pub async fn change(
    tx: &mut Tx,
    read: &RecommendationRow,
    to: (&Words, &Facts),
    actor: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let args = args![read.id.as_str(), read.version, json(to.0)?, json(to.1)?, actor, ms(now)];
    Ok(tx.execute(sql!("recommendation/change"), args).await? == 1)
}

/// Ties a draft to its newest intent; `false` if it has changed since it was read.
pub async fn submit(
    tx: &mut Tx,
    read: &RecommendationRow,
    intent_id: &str,
    actor: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let args = args![read.id.as_str(), read.version, intent_id, actor, ms(now)];
    Ok(tx.execute(sql!("recommendation/submit"), args).await? == 1)
}

/// Closes one; `false` if it has changed since it was read.
pub async fn close(tx: &mut Tx, read: &RecommendationRow, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("recommendation/close"), args![read.id.as_str(), read.version, ms(now)]).await? == 1)
}

/// Reads those whose time to be asked about has come.
pub async fn to_ask(tx: &mut Tx, now: Timestamp, limit: u64) -> Result<Vec<RecommendationRow>, StoreError> {
    tx.rows(sql!("recommendation/to_ask"), args![ms(now), limit]).await?.iter().map(row).collect()
}

/// Counts open ones of which the GMC's last word is none that we know, and says since when the oldest is.
pub async fn unread(tx: &mut Tx) -> Result<Option<(u64, Timestamp)>, StoreError> {
    let Some(row) = tx.row(sql!("recommendation/unread"), args![]).await? else { return Ok(None) };
    let Some(since) = row.opt_int("since_ms")? else { return Ok(None) };
    Ok(Some((row.count("many")?, instant(since)?)))
}

/// Puts the next question off; `false` if another node asked.
pub async fn asked(tx: &mut Tx, read: &RecommendationRow, next: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("recommendation/asked"), args![read.id.as_str(), read.asks, ms(next)]).await? == 1)
}

/// Keeps a comment.
pub async fn add_comment(
    tx: &mut Tx,
    id: &str,
    text: &str,
    author: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(sql!("recommendation/add_comment"), args![id, text, author, ms(now)]).await.map(drop)
}

/// Reads the comments on one, in order.
pub async fn comments(tx: &mut Tx, id: &str) -> Result<Vec<CommentRow>, StoreError> {
    let comment = |row: &Row| {
        Ok(CommentRow {
            number: row.count("number")?,
            text: row.text("text")?,
            author: row.text("author")?,
            at: instant(row.int("at_ms")?)?,
        })
    };
    tx.rows(sql!("recommendation/comments"), args![id]).await?.iter().map(comment).collect()
}

/// Keeps an answer of the GMC; a status is kept as received beside what it is understood to be.
pub async fn add_answer(
    tx: &mut Tx,
    id: &str,
    answer: (&str, &str),
    outcome: Option<&Outcome>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (code, status) = answer;
    let args = args![id, code, status, outcome.map(Outcome::word), ms(now)];
    tx.execute(sql!("recommendation/add_answer"), args).await.map(drop)
}

/// Reads everything the GMC answered about one, in order.
pub async fn answers(tx: &mut Tx, id: &str) -> Result<Vec<AnswerRow>, StoreError> {
    let answer = |row: &Row| {
        Ok(AnswerRow {
            number: row.count("number")?,
            code: row.text("code")?,
            status: row.text("status")?,
            at: instant(row.int("at_ms")?)?,
        })
    };
    tx.rows(sql!("recommendation/answers"), args![id]).await?.iter().map(answer).collect()
}

fn row(row: &Row) -> Result<RecommendationRow, StoreError> {
    const CORRUPT: StoreError = StoreError::Corrupt { what: "recommendation" };
    let at = |column: &str| instant(row.int(column)?);
    let outcome = row.opt_text("outcome")?.map(|word| Outcome::from_word(&word));
    Ok(RecommendationRow {
        id: row.text("id")?,
        number: GmcNumber::parse(&row.text("gmc_number")?).ok_or(CORRUPT)?,
        body: BodyCode::new(row.text("body")?),
        words: serde_json::from_str(&row.text("words")?).map_err(|_| CORRUPT)?,
        based_on: serde_json::from_str(&row.text("based_on")?).map_err(|_| CORRUPT)?,
        version: row.count("version")?,
        drafted_by: row.text("drafted_by")?,
        drafted_at: at("drafted_at_ms")?,
        changed_by: row.text("changed_by")?,
        changed_at: at("changed_at_ms")?,
        submission: submission(row)?,
        outcome,
        asks: row.count("asks")?,
        closed_at: row.opt_int("closed_at_ms")?.map(instant).transpose()?,
    })
}

fn submission(row: &Row) -> Result<Option<Submission>, StoreError> {
    let Some(intent_id) = row.opt_text("intent_id")? else { return Ok(None) };
    let standing = row.opt_text("standing")?.unwrap_or_default();
    Ok(Some(Submission {
        intent_id,
        standing: Standing::from_word(&standing).ok_or(StoreError::Corrupt { what: "standing" })?,
        code: row.opt_text("code")?,
        sentence: row.opt_text("sentence")?.unwrap_or_default(),
        gmc_id: row.opt_text("gmc_id")?,
        by: row.opt_text("submitted_by")?.unwrap_or_default(),
        at: instant(row.opt_int("submitted_at_ms")?.unwrap_or_default())?,
    }))
}
