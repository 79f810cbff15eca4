//! Plays: operational procedures, where each stands, and what each step left.

use domain::play::{Play, PlayState};
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

const CORRUPT: StoreError = StoreError::Corrupt { what: "play" };

/// Writes down that somebody wants a procedure carried out.
pub async fn insert(tx: &mut Tx, play: &Play, now: Timestamp) -> Result<(), StoreError> {
    let plan = serde_json::to_string(&play.plan).map_err(|_| CORRUPT)?;
    let args = args![
        play.id.as_str(),
        play.plan.procedure.as_str(),
        play.recipe.as_str(),
        play.plan_hash.as_str(),
        plan,
        play.state.word(),
        play.asked_by.as_str(),
        play.reason.as_str(),
        ms(now)
    ];
    tx.execute(sql!("play/insert"), args).await.map(drop)
}

/// Lets a play stand elsewhere; `false` if somebody else was quicker. `confirmed_by` is empty where nobody confirms.
pub async fn move_on(
    tx: &mut Tx,
    play: &Play,
    state: PlayState,
    (actor, confirmed_by): (&str, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let args = args![play.id.as_str(), play.state.word(), state.word(), confirmed_by, ms(now), actor];
    Ok(tx.execute(sql!("play/move_on"), args).await? == 1)
}

/// Reads the newest play of a procedure.
pub async fn newest(tx: &mut Tx, procedure: &str) -> Result<Option<Play>, StoreError> {
    tx.row(sql!("play/newest"), args![procedure]).await?.as_ref().map(play).transpose()
}

/// Reads what was carried out and verified here: procedure and recipe.
pub async fn verified(tx: &mut Tx) -> Result<Vec<(String, String)>, StoreError> {
    let pair = |row: &Row| Ok((row.text("procedure")?, row.text("recipe")?));
    tx.rows(sql!("play/verified"), args![]).await?.iter().map(pair).collect()
}

fn play(row: &Row) -> Result<Play, StoreError> {
    Ok(Play {
        id: row.text("id")?,
        state: PlayState::from_word(&row.text("state")?).ok_or(CORRUPT)?,
        plan_hash: row.text("plan_hash")?,
        recipe: row.text("recipe")?,
        plan: serde_json::from_str(&row.text("plan")?).map_err(|_| CORRUPT)?,
        asked_by: row.text("asked_by")?,
        confirmed_by: row.text("confirmed_by")?,
        reason: row.text("reason")?,
    })
}

/// A step that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRow {
    /// From 0.
    pub number: u64,
    /// What is done.
    pub name: String,
    /// When it was tried last.
    pub began_at: Timestamp,
    /// When it was done; `None` where it is not.
    pub ended_at: Option<Timestamp>,
    /// What was seen afterwards.
    pub evidence: String,
}

/// Writes down that a step is tried.
pub async fn begin_step(
    tx: &mut Tx,
    play_id: &str,
    (number, name): (u64, &str),
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(sql!("play_step/begin"), args![play_id, number, name, ms(now), actor]).await.map(drop)
}

/// Writes down that a step is done.
pub async fn finish_step(
    tx: &mut Tx,
    play_id: &str,
    (number, evidence): (u64, &str),
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(sql!("play_step/finish"), args![play_id, number, evidence, ms(now), actor]).await.map(drop)
}

/// Reads the steps that were begun, in order.
pub async fn steps(tx: &mut Tx, play_id: &str) -> Result<Vec<StepRow>, StoreError> {
    let step = |row: &Row| {
        Ok(StepRow {
            number: row.count("number")?,
            name: row.text("name")?,
            began_at: instant(row.int("began_at_ms")?)?,
            ended_at: row.opt_int("ended_at_ms")?.map(instant).transpose()?,
            evidence: row.text("evidence")?,
        })
    };
    tx.rows(sql!("play_step/of_play"), args![play_id]).await?.iter().map(step).collect()
}
