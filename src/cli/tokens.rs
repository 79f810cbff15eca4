//! `reval tokens`: programs that read on somebody's behalf, and run errands for them.

use std::collections::BTreeSet;

use domain::access::{Errand, Reach};
use ops::access::TokenWish;
use ops::rows::ApiTokenRow;
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, either, instant, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval tokens
  reval tokens add nightly-report --owner cleo --body NWL --days 90 --reason \"figures for the board\"
  reval tokens add night-robot --owner dora --may jobs --may alerts --days 90 --reason \"our own console\"
  reval tokens revoke 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --reason \"not needed any more\"

A program brings its token as `Authorization: Bearer reval_…` to /api/v1. It reads what its owner may read of these bodies at
that instant, and ends on its day. It writes nothing but what --may names: casework, jobs or alerts; nothing a token may do
reaches the GMC or moves a list. It is shown once. Exit codes: 11 where it would reach further than its owner
may, 12 where there is no such account or token, 13 where the owner has one of this name.";

/// Show the tokens of programs, make one, take one back.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show the tokens that nobody has taken back.
    List,
    /// Make a token; shows it once.
    Add(AddArgs),
    /// Take a token back; it acts on the next request.
    Revoke {
        /// Its id.
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

#[derive(clap::Args)]
struct AddArgs {
    /// What it is for.
    name: String,
    /// Name of the account on whose behalf it reads.
    #[arg(long)]
    owner: String,
    /// A body's code or abbreviation; once for each.
    #[arg(long = "body", value_name = "BODY")]
    bodies: Vec<String>,
    /// With sanctions and investigations.
    #[arg(long)]
    sensitive: bool,
    /// What it may do beside reading: casework, jobs or alerts; once for each.
    #[arg(long = "may", value_name = "ERRAND")]
    errands: Vec<String>,
    /// For how many days: 1 to 366.
    #[arg(long)]
    days: u32,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    match &args.what {
        None | Some(What::List) => list(&house, common.voice()).await?,
        Some(What::Add(args)) => add(&house, common.voice(), args).await?,
        Some(What::Revoke { id, reason }) => {
            house.ops().revoke_api_token(id, None, &house.actor(reason)).await?;
            either(common.voice(), "taken back", &json!({ "revoked": id }));
        }
    }
    house.store.close().await;
    Ok(Exit::Done)
}

async fn add(house: &House, voice: Voice, args: &AddArgs) -> Result<(), Failure> {
    let bodies = args.bodies.iter().map(|body| house.body(body)).collect::<Result<_, _>>()?;
    let errands = args.errands.iter().map(|word| errand(word)).collect::<Result<_, _>>()?;
    let reach = Reach { bodies, sensitive: args.sensitive, errands };
    let wish = TokenWish { owner: &args.owner, name: &args.name, reach, days: args.days };
    let token = house.ops().add_api_token(&wish, &house.actor(&args.reason)).await?;
    let text = format!("token  {}\nid     {}\nends   {}", token.token, token.id, instant(token.ends_at));
    either(voice, text, &json!({ "token": token.token, "id": token.id, "ends_at": token.ends_at }));
    Ok(())
}

fn errand(word: &str) -> Result<Errand, Failure> {
    let known = Errand::ALL.map(Errand::word).join(", ");
    let none = || Failure::new(Exit::Usage, format!("there is no errand {word}; there are: {known}"));
    Errand::from_word(word).ok_or_else(none)
}

async fn list(house: &House, voice: Voice) -> Result<(), Failure> {
    let tokens = house.ops().api_tokens(None).await?;
    match voice {
        Voice::Json => say_json(&tokens.iter().map(value).collect()),
        Voice::People if tokens.is_empty() => line("no program has a token"),
        Voice::People => {
            let head = ["name", "on behalf of", "bodies", "sensitive", "may", "ends", "last used", "id"];
            table(&head, tokens.iter().map(row).collect());
        }
    }
    Ok(())
}

fn row(token: &ApiTokenRow) -> Vec<String> {
    let codes: Vec<&str> = token.bodies.iter().map(domain::ids::BodyCode::as_str).collect();
    vec![
        token.name.clone(),
        token.owner.clone(),
        codes.join(" "),
        if token.sensitive { "yes" } else { "no" }.to_owned(),
        words(&token.errands),
        instant(token.ends_at),
        token.used_at.map_or("never".to_owned(), instant),
        token.id.clone(),
    ]
}

fn words(errands: &BTreeSet<Errand>) -> String {
    let words: Vec<&str> = errands.iter().map(|errand| errand.word()).collect();
    if words.is_empty() { "read".to_owned() } else { words.join(" ") }
}

fn value(token: &ApiTokenRow) -> Value {
    json!({ "id": token.id, "name": token.name, "owner": token.owner, "bodies": token.bodies,
            "sensitive": token.sensitive, "errands": token.errands, "ends_at": token.ends_at, "used_at": token.used_at,
            "created_at": token.created_at })
}
