//! Notifications: the outbox. A message waits here from the transaction of what it tells until a receiver has it.

use domain::alert::Severity;
use domain::notification::{NoticeKind, Payload};
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A message to be written down.
#[derive(Clone, Debug)]
pub struct NewNotification {
    /// UUIDv7.
    pub id: String,
    /// The alert; `None` for a test.
    pub alert_id: Option<String>,
    /// The alert's id, or what the test is called.
    pub about: String,
    /// The channel's name in the settings.
    pub channel: String,
    /// The flip or reminder it tells of; each is told once a channel.
    pub sequence: u64,
    /// Written together: one message to the channel.
    pub batch: String,
    /// How loud.
    pub severity: Severity,
    /// What it says; its `notice` is the kind.
    pub payload: Payload,
    /// The channel that did not take it.
    pub stands_in_for: Option<String>,
    /// Whether a silence holds it back.
    pub is_held_back: bool,
    /// Not before.
    pub next_try_at: Timestamp,
}

/// Writes a message down; `false` if it is there already.
pub async fn insert(tx: &mut Tx, new: &NewNotification, now: Timestamp) -> Result<bool, StoreError> {
    let message =
        serde_json::to_string(&new.payload).map_err(|_| StoreError::Corrupt { what: "notification" })?;
    let args = args![
        new.id.as_str(),
        new.alert_id.as_deref(),
        new.about.as_str(),
        new.channel.as_str(),
        new.payload.notice.word(),
        new.sequence,
        new.batch.as_str(),
        new.severity.word(),
        message,
        new.payload.asks_for.as_deref(),
        new.stands_in_for.as_deref(),
        if new.is_held_back { "held_back" } else { "waiting" },
        ms(new.next_try_at),
        ms(now)
    ];
    Ok(tx.execute(sql!("notification/insert"), args).await? == 1)
}

/// A message as it stands.
#[derive(Clone, Debug)]
pub struct NotificationRow {
    /// UUIDv7.
    pub id: String,
    /// The alert; `None` for a test.
    pub alert_id: Option<String>,
    /// The alert's id, or what the test is called.
    pub about: String,
    /// The channel.
    pub channel: String,
    /// Why it is sent.
    pub kind: NoticeKind,
    /// The flip or reminder it tells of.
    pub sequence: u64,
    /// Written together: one message to the channel.
    pub batch: String,
    /// How loud.
    pub severity: Severity,
    /// What it says.
    pub payload: Payload,
    /// The channel that did not take it.
    pub stands_in_for: Option<String>,
    /// waiting, sent, failed, held_back or moot.
    pub state: String,
    /// Tries that came to an answer, or to none.
    pub attempts: u64,
    /// Not before.
    pub next_try_at: Timestamp,
    /// When it was first not taken.
    pub first_failed_at: Option<Timestamp>,
    /// What the receiver said last.
    pub last_answer: String,
    /// When the receiver said that it has it.
    pub delivered_at: Option<Timestamp>,
    /// When it was written.
    pub created_at: Timestamp,
}

fn notification(row: &Row) -> Result<NotificationRow, StoreError> {
    let wrong = || StoreError::Corrupt { what: "notification" };
    Ok(NotificationRow {
        id: row.text("id")?,
        alert_id: row.opt_text("alert_id")?,
        about: row.text("about")?,
        channel: row.text("channel")?,
        kind: NoticeKind::from_word(&row.text("kind")?).ok_or_else(wrong)?,
        sequence: row.count("sequence")?,
        batch: row.text("batch")?,
        severity: Severity::from_word(&row.text("severity")?).ok_or_else(wrong)?,
        payload: serde_json::from_str(&row.text("message")?).map_err(|_| wrong())?,
        stands_in_for: row.opt_text("stands_in_for")?,
        state: row.text("state")?,
        attempts: row.count("attempts")?,
        next_try_at: instant(row.int("next_try_at_ms")?)?,
        first_failed_at: row.opt_int("first_failed_at_ms")?.map(instant).transpose()?,
        last_answer: row.text("last_answer")?,
        delivered_at: row.opt_int("delivered_at_ms")?.map(instant).transpose()?,
        created_at: instant(row.int("created_at_ms")?)?,
    })
}

pub(crate) fn read(rows: &[Row]) -> Result<Vec<NotificationRow>, StoreError> {
    rows.iter().map(notification).collect()
}

/// Reads what nobody has received yet, oldest first.
pub async fn undelivered(tx: &mut Tx) -> Result<Vec<NotificationRow>, StoreError> {
    read(&tx.rows(sql!("notification/undelivered"), args![]).await?)
}

/// Reads what was told of one alert, in order.
pub async fn of_alert(tx: &mut Tx, alert_id: &str) -> Result<Vec<NotificationRow>, StoreError> {
    read(&tx.rows(sql!("notification/of_alert"), args![alert_id]).await?)
}

/// Reads the newest messages, newest first.
pub async fn recent(tx: &mut Tx, limit: u64) -> Result<Vec<NotificationRow>, StoreError> {
    read(&tx.rows(sql!("notification/recent"), args![limit]).await?)
}

/// Reads what a channel has owed since `before`, or owes while it has been failing since then, and of which no other
/// channel was told.
pub async fn unheard(tx: &mut Tx, before: Timestamp) -> Result<Vec<NotificationRow>, StoreError> {
    read(&tx.rows(sql!("notification/unheard"), args![ms(before)]).await?)
}

/// Reads the channels for which a test of a name was written.
pub async fn tested(tx: &mut Tx, about: &str) -> Result<Vec<String>, StoreError> {
    tx.rows(sql!("notification/tested"), args![about]).await?.iter().map(|row| row.text("channel")).collect()
}

/// Reads the tests that no receiver has said to have: channel, and when each was written.
pub async fn tests_owed(tx: &mut Tx) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let one = |row: &Row| Ok((row.text("channel")?, instant(row.int("created_at_ms")?)?));
    tx.rows(sql!("notification/tests_owed"), args![]).await?.iter().map(one).collect()
}

/// What waits for a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The channel.
    pub channel: String,
    /// How many notifications.
    pub count: u64,
    /// Tries of the one that was tried most often.
    pub tries: u64,
}

/// Reads how much waits for each channel.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<Waiting>, StoreError> {
    let one = |row: &Row| {
        Ok(Waiting {
            channel: row.text("channel")?,
            count: row.count("waiting")?,
            tries: row.count("tries")?,
        })
    };
    tx.rows(sql!("notification/waiting"), args![]).await?.iter().map(one).collect()
}

/// What nobody was told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// Alerts.
    pub alerts: u64,
    /// Since when the oldest waits.
    pub oldest: Option<Timestamp>,
    /// Whether one of them should wake somebody.
    pub is_page: bool,
}

/// Reads what no channel has delivered, although it was tried, or was written by `before`.
pub async fn owed(tx: &mut Tx, before: Timestamp) -> Result<Owed, StoreError> {
    let row = tx.row(sql!("notification/owed"), args![ms(before)]).await?;
    let Some(row) = row else { return Ok(Owed::default()) };
    Ok(Owed {
        alerts: row.count("alerts")?,
        oldest: row.opt_int("oldest_ms")?.map(instant).transpose()?,
        is_page: row.count("pages")? > 0,
    })
}

/// Moves an alert's messages that nobody has in hand from one state to another; gives how many.
///
/// `lease` is the present instant by `store::now`.
pub async fn move_on(
    tx: &mut Tx,
    alert_id: &str,
    states: (&str, &str),
    lease: Timestamp,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let (from, to) = states;
    tx.execute(sql!("notification/move_on"), args![alert_id, from, to, ms(lease), ms(now)]).await
}
