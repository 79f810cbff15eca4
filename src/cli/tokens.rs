//! `reval tokens`: programs that read on somebody's behalf.

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
  reval tokens revoke 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --reason \"not needed any more\"

A program brings its token as `Authorization: Bearer reval_…` to /api/v1. It reads what its owner may read of these bodies at
that instant, writes nothing, and ends on its day. It is shown once. Exit codes: 11 where it would read more than its owner
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
    #[arg(long = "body", value_name = "BODY", required = true)]
    bodies: Vec<String>,
    /// With sanctions and investigations.
    #[arg(long)]
    sensitive: bool,
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
    let (owner, name, sensitive, days) = (&*args.owner, &*args.name, args.sensitive, args.days);
    let wish = TokenWish { owner, name, bodies, sensitive, days };
    let token = house.ops().add_api_token(&wish, &house.actor(&args.reason)).await?;
    let text = format!("token  {}\nid     {}\nends   {}", token.token, token.id, instant(token.ends_at));
    either(voice, text, &json!({ "token": token.token, "id": token.id, "ends_at": token.ends_at }));
    Ok(())
}

async fn list(house: &House, voice: Voice) -> Result<(), Failure> {
    let tokens = house.ops().api_tokens(None).await?;
    match voice {
        Voice::Json => say_json(&tokens.iter().map(value).collect()),
        Voice::People if tokens.is_empty() => line("no program has a token"),
        Voice::People => {
            let head = ["name", "on behalf of", "bodies", "sensitive", "ends", "last used", "id"];
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
        instant(token.ends_at),
        token.used_at.map_or("never".to_owned(), instant),
        token.id.clone(),
    ]
}

fn value(token: &ApiTokenRow) -> Value {
    json!({ "id": token.id, "name": token.name, "owner": token.owner, "bodies": token.bodies,
            "sensitive": token.sensitive, "ends_at": token.ends_at, "used_at": token.used_at,
            "created_at": token.created_at })
}
