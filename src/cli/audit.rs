//! `reval audit`: who did what, and whether anybody has changed what was written of it.

use ops::rows::{AuditRow, Broken, Flaw, Known, Verdict};
use serde_json::{Value, json};

use super::say::{Voice, either, instant, json as say_json, table};
use super::{Common, audit_heads};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval audit list --limit 20
  reval audit list --before 412
  reval audit verify
  reval audit verify --head 412:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

Each row is chained to the one before by its hash. `verify` walks the chain from its first row and names the first that does
not hold; it ends with 0 where all hold and with 34 where one does not. That rows were taken off the end, or that an older
store was brought back, is noticed by a head that was written down outside the store: `reval serve` adds it to
audit.head_file each hour, and `verify` reads that file. Keep it, or a copy, where nobody who may write the store may write.";

/// Rows shown where nobody says how many.
const SHOWN: u64 = 50;

/// Show who did what, and verify that nobody has changed it.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show what was done, newest first.
    List(ListArgs),
    /// Walk the chain; name the first row that does not hold.
    Verify {
        /// A head that was written down outside the store: 412:HASH, or HASH.
        #[arg(long = "head", value_name = "HEAD")]
        heads: Vec<Known>,
    },
}

#[derive(clap::Args)]
struct ListArgs {
    /// Only rows before this number.
    #[arg(long, value_name = "NUMBER")]
    before: Option<u64>,
    /// How many: 1 to 500.
    #[arg(long, default_value_t = SHOWN, value_parser = clap::value_parser!(u64).range(1..=500))]
    limit: u64,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let exit = match &args.what {
        None => list(&house, common.voice(), &ListArgs { before: None, limit: SHOWN }).await?,
        Some(What::List(args)) => list(&house, common.voice(), args).await?,
        Some(What::Verify { heads }) => verify(&house, common.voice(), heads).await?,
    };
    house.store.close().await;
    Ok(exit)
}

async fn list(house: &House, voice: Voice, args: &ListArgs) -> Result<Exit, Failure> {
    let rows = house.ops().audit_page(args.before, args.limit).await?;
    match voice {
        Voice::Json => say_json(&rows.iter().map(value).collect()),
        Voice::People => {
            table(&["number", "when", "who", "what", "to", "why"], rows.iter().map(row).collect())
        }
    }
    Ok(Exit::Done)
}

fn row(row: &AuditRow) -> Vec<String> {
    let who =
        if row.behalf.is_empty() { row.actor.clone() } else { format!("{} for {}", row.actor, row.behalf) };
    vec![
        row.seq.to_string(),
        instant(row.at),
        who,
        row.action.clone(),
        row.object.clone(),
        row.reason.clone(),
    ]
}

fn value(row: &AuditRow) -> Value {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_else(|_| row.detail.clone().into());
    json!({ "number": row.seq, "id": row.id, "at": row.at, "actor": row.actor, "behalf": row.behalf,
            "action": row.action, "object": row.object, "reason": row.reason, "detail": detail })
}

async fn verify(house: &House, voice: Voice, heads: &[Known]) -> Result<Exit, Failure> {
    let written = audit_heads::read(house.config.audit_heads.as_deref())?;
    let known = [heads, &written].concat();
    let verdict = house.ops().verify_audit(&known).await?;
    either(voice, told(&verdict, known.len()), &judged(&verdict, known.len()));
    Ok(if verdict.broken.is_none() { Exit::Done } else { Exit::Tampered })
}

fn told(verdict: &Verdict, known: usize) -> String {
    let (sound, head) = (verdict.sound, &verdict.head);
    match &verdict.broken {
        Some(broken) => {
            format!("{}\n{sound} rows before that hold; the store says its head is {head}", what(broken))
        }
        None if known == 0 => format!(
            "{sound} rows hold; head {head}\nno head known outside was compared: rows taken off the end would not be noticed"
        ),
        None => format!("{sound} rows hold, and so do {known} heads known outside; head {head}"),
    }
}

fn what(broken: &Broken) -> String {
    let place = broken.seq.map_or_else(|| "a row".to_owned(), |seq| format!("row {seq}"));
    let id = broken.id.as_deref().map(|id| format!(" ({id})")).unwrap_or_default();
    let flaw = match broken.flaw {
        Flaw::Altered => "does not say what it said when it was written, or does not follow the row before",
        Flaw::Missing => "is missing, and perhaps more after it",
        Flaw::Rewritten => "was written anew: it is not the one whose hash is known outside",
        Flaw::Outside => "stands outside the chain",
        Flaw::BeyondHead => "is there, and the head of the chain does not know of it",
        Flaw::UnknownHead => {
            "and before: no row has a hash that is known outside; this store is older, or another"
        }
    };
    format!("{place}{id} {flaw}")
}

fn judged(verdict: &Verdict, known: usize) -> Value {
    let broken = verdict
        .broken
        .as_ref()
        .map(|broken| json!({ "number": broken.seq, "id": broken.id, "flaw": broken.flaw.word() }));
    json!({ "sound": verdict.sound, "head": verdict.head.to_string(), "compared": known, "broken": broken })
}
