//! Alerts: open conditions under one key each. The watch opens and closes them; a person may take one or say that it is over.

use domain::alert::{AlertKind, Severity};
use domain::notification::NextAction;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// An alert as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    /// UUIDv7.
    pub id: String,
    /// Raised by each change.
    pub version: u64,
    /// One per cause.
    pub key: String,
    /// MISSED, HELD …
    pub kind: String,
    /// notice, warn or page.
    pub severity: String,
    /// open, acknowledged, recovered_unproven or resolved.
    pub state: String,
    /// The job.
    pub job: Option<String>,
    /// The list.
    pub list: Option<String>,
    /// Environment.
    pub env: String,
    /// Codes of the lists it is about.
    pub bodies: Vec<String>,
    /// The run.
    pub run_id: Option<String>,
    /// The hold.
    pub hold_id: Option<String>,
    /// How many doctors it touches.
    pub doctors_affected: u64,
    /// Impact in plain words.
    pub sentence: String,
    /// Closed word.
    pub cause: String,
    /// What makes it good, in plain words.
    pub remedy: String,
    /// What to press or type.
    pub next_action: String,
    /// Where that leads.
    pub action: NextAction,
    /// When it was last known to be well.
    pub last_good: Option<Timestamp>,
    /// Program of the run, or of the watch.
    pub build: String,
    /// Settings of the run, or of the watch.
    pub config_hash: String,
    /// When the condition began.
    pub since: Timestamp,
    /// When a watch last judged it anew.
    pub seen_at: Option<Timestamp>,
    /// Identity of what was last counted as a flip.
    pub evidence: String,
    /// How often it flipped.
    pub times: u64,
    /// Who has it.
    pub owner: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When somebody took it.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was made good by hand.
    pub recovered_at: Option<Timestamp>,
    /// Until when.
    pub resolved_at: Option<Timestamp>,
    /// The evidence on which it was resolved.
    pub resolved_why: String,
    /// Whether it comes and goes.
    pub is_flapping: bool,
    /// When its first notifications were written.
    pub announced_at: Option<Timestamp>,
    /// When the last reminder was written.
    pub reminded_at: Option<Timestamp>,
    /// Steps of its policy taken.
    pub escalated: u64,
    /// Key of the alert that tells of this one as well.
    pub explained_by: Option<String>,
}

impl AlertRow {
    /// An alert that opens at an instant, and of which nothing else is known yet.
    pub fn new(id: impl Into<String>, key: &str, what: (AlertKind, Severity), at: Timestamp) -> Self {
        let (kind, severity) = what;
        Self {
            id: id.into(),
            version: 0,
            key: key.to_owned(),
            kind: kind.word().to_owned(),
            severity: severity.word().to_owned(),
            state: "open".to_owned(),
            job: None,
            list: None,
            env: String::new(),
            bodies: Vec::new(),
            run_id: None,
            hold_id: None,
            doctors_affected: 0,
            sentence: String::new(),
            cause: String::new(),
            remedy: String::new(),
            next_action: String::new(),
            action: NextAction { method: "GET".to_owned(), ..NextAction::default() },
            last_good: None,
            build: String::new(),
            config_hash: String::new(),
            since: at,
            seen_at: Some(at),
            evidence: String::new(),
            times: 1,
            owner: None,
            opened_at: at,
            acknowledged_at: None,
            recovered_at: None,
            resolved_at: None,
            resolved_why: String::new(),
            is_flapping: false,
            announced_at: None,
            reminded_at: None,
            escalated: 0,
            explained_by: None,
        }
    }
}

fn alert(row: &Row) -> Result<AlertRow, StoreError> {
    let at = |column: &str| row.opt_int(column)?.map(instant).transpose();
    Ok(AlertRow {
        id: row.text("id")?,
        version: row.count("version")?,
        key: row.text("key")?,
        kind: row.text("kind")?,
        severity: row.text("severity")?,
        state: row.text("state")?,
        job: row.opt_text("job")?,
        list: row.opt_text("list")?,
        env: row.text("env")?,
        bodies: serde_json::from_str(&row.text("bodies")?)
            .map_err(|_| StoreError::Corrupt { what: "alert" })?,
        run_id: row.opt_text("run_id")?,
        hold_id: row.opt_text("hold_id")?,
        doctors_affected: row.count("doctors_affected")?,
        sentence: row.text("sentence")?,
        cause: row.text("cause")?,
        remedy: row.text("remedy")?,
        next_action: row.text("next_action")?,
        action: NextAction {
            label: row.text("action_label")?,
            method: row.text("action_method")?,
            url: row.text("action_url")?,
        },
        last_good: at("last_good_at_ms")?,
        build: row.text("build")?,
        config_hash: row.text("config_hash")?,
        since: instant(row.int("since_ms")?)?,
        seen_at: at("seen_at_ms")?,
        evidence: row.text("evidence")?,
        times: row.count("times")?,
        owner: row.opt_text("owner")?,
        opened_at: instant(row.int("opened_at_ms")?)?,
        acknowledged_at: at("acknowledged_at_ms")?,
        recovered_at: at("recovered_at_ms")?,
        resolved_at: at("resolved_at_ms")?,
        resolved_why: row.text("resolved_why")?,
        is_flapping: row.text("is_flapping")? == "yes",
        announced_at: at("announced_at_ms")?,
        reminded_at: at("reminded_at_ms")?,
        escalated: row.count("escalated")?,
        explained_by: row.opt_text("explained_by")?,
    })
}

/// Reads alerts: open ones first, loudest first.
pub async fn recent(tx: &mut Tx, limit: u64) -> Result<Vec<AlertRow>, StoreError> {
    tx.rows(sql!("alert/recent"), args![limit]).await?.iter().map(alert).collect()
}

/// Reads every alert that is not resolved, oldest first.
pub async fn live(tx: &mut Tx) -> Result<Vec<AlertRow>, StoreError> {
    tx.rows(sql!("alert/live"), args![]).await?.iter().map(alert).collect()
}

/// Reads one alert.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<AlertRow>, StoreError> {
    tx.row(sql!("alert/get"), args![id]).await?.as_ref().map(alert).transpose()
}

/// Reads the newest alert under a key, resolved or not.
pub async fn newest(tx: &mut Tx, key: &str) -> Result<Option<AlertRow>, StoreError> {
    tx.row(sql!("alert/newest"), args![key]).await?.as_ref().map(alert).transpose()
}

fn bodies(alert: &AlertRow) -> Result<String, StoreError> {
    serde_json::to_string(&alert.bodies).map_err(|_| StoreError::Corrupt { what: "alert" })
}

/// Opens what the watch found; `false` if one is open under the key.
pub async fn open(tx: &mut Tx, new: &AlertRow, now: Timestamp) -> Result<bool, StoreError> {
    let args = args![
        new.id.as_str(),
        new.key.as_str(),
        new.kind.as_str(),
        new.severity.as_str(),
        new.job.clone(),
        new.list.clone(),
        new.env.as_str(),
        bodies(new)?,
        new.run_id.clone(),
        new.hold_id.clone(),
        new.doctors_affected,
        new.sentence.as_str(),
        new.cause.as_str(),
        new.remedy.as_str(),
        new.next_action.as_str(),
        new.action.label.as_str(),
        new.action.method.as_str(),
        new.action.url.as_str(),
        new.last_good.map(ms),
        new.build.as_str(),
        new.config_hash.as_str(),
        ms(new.since),
        new.evidence.as_str(),
        new.explained_by.clone(),
        ms(now),
        if new.is_flapping { "yes" } else { "no" },
        new.announced_at.map(ms)
    ];
    Ok(tx.execute(sql!("alert/open"), args).await? == 1)
}

/// Writes an alert back as it now is; `false` if somebody changed it since it was read.
pub async fn save(tx: &mut Tx, alert: &AlertRow, now: Timestamp) -> Result<bool, StoreError> {
    let state = match (alert.resolved_at, alert.acknowledged_at) {
        (Some(_), _) => "resolved",
        (None, Some(_)) => "acknowledged",
        (None, None) => "open",
    };
    let args = args![
        alert.id.as_str(),
        alert.version,
        alert.severity.as_str(),
        state,
        bodies(alert)?,
        alert.run_id.clone(),
        alert.hold_id.clone(),
        alert.doctors_affected,
        alert.sentence.as_str(),
        alert.cause.as_str(),
        alert.remedy.as_str(),
        alert.next_action.as_str(),
        alert.action.label.as_str(),
        alert.action.method.as_str(),
        alert.action.url.as_str(),
        alert.last_good.map(ms),
        alert.build.as_str(),
        alert.config_hash.as_str(),
        alert.seen_at.map(ms),
        alert.evidence.as_str(),
        alert.times,
        alert.owner.clone(),
        alert.acknowledged_at.map(ms),
        alert.recovered_at.map(ms),
        alert.resolved_at.map(ms),
        alert.resolved_why.as_str(),
        if alert.is_flapping { "yes" } else { "no" },
        alert.announced_at.map(ms),
        alert.reminded_at.map(ms),
        alert.escalated,
        alert.explained_by.clone(),
        ms(now),
        alert.job.clone(),
        alert.env.as_str()
    ];
    Ok(tx.execute(sql!("alert/save"), args).await? == 1)
}
