//! `reval connections`, `connect`, `disconnect` and `settle`: changes of doctors' connections on their way to the GMC.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use domain::connection::REASONS;
use domain::sending::{Standing, Wish};
use ops::alert::Word;
use ops::connections::{IntentStory, Press, Say, Wished};
use ops::rows::{IntentRow, StepRow};
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help of `connections`.
pub const EXAMPLE: &str = "Examples:
  reval connections
  reval connections 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f

Shows what is on its way first, the oldest at the top, then what was settled last; with an id, how that one came to stand
where it does.";

/// Shown below the help of `connect`.
pub const CONNECT_EXAMPLE: &str = "Examples:
  reval connect --doctors new-starters.txt --to NW --code 1 --reason \"August rotation\"
  echo 9000123 | reval connect --doctors - --to 1-1RSSQ2H --code 1 --reason \"began on Monday\"

One GMC number on each line: numbers of doctors are not typed where a list of processes would show them. Adding a doctor
moves them: the body that has them now is told by the GMC. `reval serve` sends what is queued, each once.
Codes: 1 the doctor has a connection with this body, 2 conflict of interest.";

/// Shown below the help of `disconnect`.
pub const DISCONNECT_EXAMPLE: &str = "Example:
  reval disconnect --doctors leavers.txt --code 3 --reason \"left the programme\"

The body that is left is the one whose list shows the doctor. `reval serve` sends what is queued, each once.
Codes: 1 conflict of interest, 2 the doctor has retired, 3 the doctor has no connection with this body.";

/// Shown below the help of `settle`.
pub const SETTLE_EXAMPLE: &str = "Examples:
  reval settle 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --found --reason \"GMC Connect shows it since 10:04\"
  reval settle 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --send-again --reason \"not in GMC Connect at 10:30\"
  reval settle 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --give-up --reason \"the doctor stays\"

Look in GMC Connect first. That it is not there can be said a quarter of an hour after it was sent, because a request may
be that long on its way; it is then sent once more, and no third time.";

/// Show changes of connections on their way to the GMC.
#[derive(clap::Args)]
pub struct Args {
    /// Only this one, with its life.
    id: Option<String>,
}

/// Ask the GMC to connect doctors to a body.
#[derive(clap::Args)]
pub struct Connect {
    /// A file with one GMC number on each line; `-` reads them from standard input.
    #[arg(long, value_name = "FILE")]
    doctors: PathBuf,
    /// The body, by code or abbreviation.
    #[arg(long, value_name = "BODY")]
    to: String,
    /// The GMC's reason code.
    #[arg(long)]
    code: String,
    /// Why, in your own words.
    #[arg(long)]
    reason: String,
}

/// Ask the GMC to disconnect doctors from their body.
#[derive(clap::Args)]
pub struct Disconnect {
    /// A file with one GMC number on each line; `-` reads them from standard input.
    #[arg(long, value_name = "FILE")]
    doctors: PathBuf,
    /// The GMC's reason code.
    #[arg(long)]
    code: String,
    /// Why, in your own words.
    #[arg(long)]
    reason: String,
}

/// Say what became of a change that nobody else can prove.
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("word").required(true).args(["found", "send_again", "give_up"])))]
pub struct Settle {
    /// Its id; several of which the same is true.
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// It is at the GMC.
    #[arg(long)]
    found: bool,
    /// It is not at the GMC; send it once more.
    #[arg(long)]
    send_again: bool,
    /// It is not at the GMC, or was not sent yet; give it up.
    #[arg(long)]
    give_up: bool,
    /// The id under which the GMC has a recommendation; without it nobody can ask what becomes of it.
    #[arg(long, value_name = "ID", requires = "found")]
    gmc_id: Option<String>,
    /// What you saw, and where.
    #[arg(long)]
    reason: String,
}

/// Shows them, or one.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let ops = house.ops();
    match &args.id {
        Some(id) => say_story(common, &ops.intent(&ops.every_body(), id).await?),
        None => say_all(common, &ops.intents(&ops.every_body()).await?),
    }
    house.store.close().await;
    Ok(Exit::Done)
}

/// Wishes connections.
pub async fn connect(common: &Common, args: &Connect) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let body = house.body(&args.to)?;
    let doctors = numbers(&args.doctors)?;
    let press = Press {
        wish: Wish::Connect,
        body: Some(&body),
        doctors: &doctors,
        reason_code: &args.code,
        token: &house.ids().mint(house.clock.now()),
    };
    wish(common, &house, &press, &args.reason).await
}

/// Wishes disconnections.
pub async fn disconnect(common: &Common, args: &Disconnect) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let doctors = numbers(&args.doctors)?;
    let press = Press {
        wish: Wish::Disconnect,
        body: None,
        doctors: &doctors,
        reason_code: &args.code,
        token: &house.ids().mint(house.clock.now()),
    };
    wish(common, &house, &press, &args.reason).await
}

/// Takes a person's word on one, or on several of which the same is true.
pub async fn settle(common: &Common, args: &Settle) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let (ops, actor) = (house.ops(), house.actor(&args.reason));
    let say = match (args.found, args.send_again) {
        (true, _) => Say::Found(args.gmc_id.as_deref()),
        (_, true) => Say::NotThereSendAgain,
        _ => Say::GiveUp,
    };
    let word = Word { actor: &actor, ids: house.ids() };
    if args.gmc_id.is_some() && args.ids.len() > 1 {
        return Err(Failure::new(Exit::Usage, "--gmc-id is of one recommendation: settle it alone"));
    }
    for id in &args.ids {
        let story = ops.say_of_intent(&ops.every_body(), id, say, word).await?;
        say_story(common, &story);
    }
    house.store.close().await;
    Ok(Exit::Done)
}

async fn wish(common: &Common, house: &House, press: &Press<'_>, reason: &str) -> Result<Exit, Failure> {
    let known = REASONS.iter().filter(|one| one.wish == press.wish);
    let known: Vec<String> = known.map(|one| format!("{} {}", one.code, one.sentence)).collect();
    if !known.iter().any(|one| one.starts_with(&format!("{} ", press.reason_code))) {
        return Err(Failure::new(Exit::Invalid, format!("--code is one of: {}", known.join(", "))));
    }
    let (ops, actor) = (house.ops(), house.actor(reason));
    let word = Word { actor: &actor, ids: house.ids() };
    let outcomes = ops.wish_connections(&ops.every_body(), press, word).await?;
    let all_queued = outcomes.iter().all(|(_, wished)| !matches!(wished, Wished::Not(_)));
    match common.voice() {
        Voice::Json => say_json(&outcomes.iter().map(|(number, wished)| outcome(number, wished)).collect()),
        Voice::People => {
            let rows = outcomes.iter().map(|(number, wished)| vec![number.clone(), words(wished)]).collect();
            table(&["doctor", "what became of it"], rows);
        }
    }
    house.store.close().await;
    Ok(if all_queued { Exit::Done } else { Exit::Refused })
}

/// What stands in a file; `-` reads standard input, so that no list of processes shows whom it is about.
pub fn typed(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(file).map(|read| text = read)
    };
    read.map_err(|error| {
        Failure::new(Exit::Unavailable, format!("{} cannot be read: {error}", file.display()))
    })?;
    Ok(text)
}

/// The numbers of a file, one on each line; empty lines count for nothing.
fn numbers(file: &Path) -> Result<Vec<String>, Failure> {
    let text = typed(file)?;
    Ok(text.lines().map(domain::ids::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect())
}

fn words(wished: &Wished) -> String {
    match wished {
        Wished::Queued { id, leaves: Some(body) } => format!("queued as {id}; leaves {body}"),
        Wished::Queued { id, leaves: None } => format!("queued as {id}"),
        Wished::Again { id } => format!("wished already, as {id}"),
        Wished::Not(why) => format!("not queued: {why}"),
    }
}

fn outcome(number: &str, wished: &Wished) -> Value {
    match wished {
        Wished::Queued { id, leaves } => json!({
            "doctor": number, "outcome": "queued", "id": id, "leaves": leaves.as_ref().map(|body| body.as_str()),
        }),
        Wished::Again { id } => json!({ "doctor": number, "outcome": "again", "id": id }),
        Wished::Not(why) => json!({ "doctor": number, "outcome": "not_queued", "why": why }),
    }
}

fn say_all(common: &Common, rows: &[IntentRow]) {
    match common.voice() {
        Voice::Json => say_json(&rows.iter().map(value).collect()),
        Voice::People if rows.is_empty() => line("nothing was ever wished of the GMC"),
        Voice::People => {
            let shown = rows.iter().map(|row| {
                vec![
                    row.id.clone(),
                    row.wish.word().to_owned(),
                    row.number.to_string(),
                    row.body.to_string(),
                    row.standing.word().to_owned(),
                    instant(row.asked_at),
                    row.asked_by.clone(),
                    or_dash(Some(&row.sentence)),
                ]
            });
            let head = ["change", "wish", "doctor", "body", "stands", "wished at", "by", "what is known"];
            table(&head, shown.collect());
            let unknown = rows.iter().filter(|row| row.standing == Standing::Unknown);
            let ids: Vec<&str> = unknown.map(|row| row.id.as_str()).collect();
            if !ids.is_empty() {
                let ids = ids.join(" ");
                line(
                    "Of what is unknown nobody else can say what became of it. Look in GMC Connect, then type",
                );
                line(format!("  for those that are there: reval settle {ids} --found --reason …"));
                line(format!("  for those that are not: reval settle {ids} --send-again --reason …"));
            }
        }
    }
}

fn say_story(common: &Common, story: &IntentStory) {
    let row = &story.row;
    if common.voice() == Voice::Json {
        let mut value = value(row);
        let life = story.life.iter().map(|step| {
            json!({
                "number": step.number, "standing": step.standing, "by": step.mover, "actor": step.actor,
                "sentence": step.sentence, "code": step.code, "at": step.at,
            })
        });
        value["life"] = life.collect();
        return say_json(&value);
    }
    line(format!("{} of doctor {} for {}: {}", row.wish.word(), row.number, row.body, row.standing.word()));
    if let Some(next) = row.next_look {
        line(format!("looked at again at {}", instant(next)));
    }
    say_life(&story.life);
}

/// How something came to stand where it does.
pub fn say_life(life: &[StepRow]) {
    let shown = life.iter().map(|step| {
        vec![
            instant(step.at),
            step.standing.clone(),
            step.actor.clone(),
            or_dash(step.code.as_deref()),
            step.sentence.clone(),
        ]
    });
    table(&["at", "stands", "by", "code", "what happened"], shown.collect());
}

fn value(row: &IntentRow) -> Value {
    json!({
        "id": row.id, "wish": row.wish.word(), "doctor": row.number.as_str(), "body": row.body.as_str(),
        "leaves": row.from_body.as_ref().map(|body| body.as_str()), "standing": row.standing.word(),
        "was_so_already": row.is_already, "sends": row.sends, "code": row.code, "gmc_request_id": row.gmc_request_id,
        "gmc_id": row.gmc_id, "sentence": row.sentence, "asked_by": row.asked_by, "reason": row.reason,
        "asked_at": row.asked_at, "unknown_since": row.unknown_since, "next_look": row.next_look,
        "settled_at": row.settled_at,
    })
}
