//! `reval users`: who may come in and what they may do, from the machine's own shell.

use domain::access::{Grant, Role};
use jiff::civil::Date;
use ops::access::{Confirmed, Person, Proposal, Proposed, Token};
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, either, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval users
  reval users add cleo --reason \"joins the revalidation team\"
  reval users grant cleo --role approver --body NWL --sensitive --until 2027-03-31 --reason \"acting manager\"
  reval users confirm 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f
  reval users revoke cleo 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e60 --reason \"moved on\"
  reval users disable cleo --reason \"left\"
  reval users reset cleo --reason \"lost her telephone\"
  reval users setup-token

A grant and a new way in are asked for by one person and confirmed by another, unless users.two_people is off; to take away,
one is enough. Whoever works here is os:NAME, and the same person as user:NAME. docs/roles.md says what each role may.
A token is shown once: hand it to the person alone. Exit codes: 11 where one person would be both, 12 where there is no such
account, grant or proposal, 13 where it is done already.";

/// Show who may come in, add people, and change what they may do.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show everybody, what they may do, and what waits for a second person.
    List,
    /// Add somebody who may do nothing so far; shows the token with which they set their account up.
    Add(About),
    /// Ask that somebody be given a role.
    Grant(GrantArgs),
    /// Do what another person has asked for.
    Confirm {
        /// Id of the proposal.
        id: String,
        /// Why, where there is more to say than was asked.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Refuse what another person has asked for.
    Refuse {
        /// Id of the proposal.
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Take a role back; it acts on the next request.
    Revoke {
        #[command(flatten)]
        about: About,
        /// Id of the grant.
        grant: String,
    },
    /// Shut somebody out; their sessions end.
    Disable(About),
    /// Ask that somebody who has lost their way in, or was shut out, get another.
    Reset(About),
    /// Show the token with which the first account is set up; there is one only while there is no account.
    SetupToken,
}

#[derive(clap::Args)]
struct About {
    /// Name of the account.
    name: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

#[derive(clap::Args)]
struct GrantArgs {
    #[command(flatten)]
    about: About,
    /// observer, admin, approver, operations or auditor.
    #[arg(long, value_parser = role)]
    role: Role,
    /// A body's code or abbreviation; once for each.
    #[arg(long = "body", value_name = "BODY")]
    bodies: Vec<String>,
    /// With sanctions and investigations.
    #[arg(long)]
    sensitive: bool,
    /// The last day it holds.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

fn role(word: &str) -> Result<Role, String> {
    let words = Role::ALL.map(Role::word).join(", ");
    Role::from_word(word).ok_or_else(|| format!("there is no such role; write one of: {words}"))
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let (ops, voice) = (house.ops(), common.voice());
    match &args.what {
        None | Some(What::List) => list(&house, voice).await?,
        Some(What::Add(about)) => {
            let token = ops.add_person(&about.name, &house.actor(&about.reason)).await?;
            show(&house, voice, &token);
        }
        Some(What::Grant(args)) => {
            let actor = house.actor(&args.about.reason);
            let proposed = ops.propose_grant(&args.about.name, grant(&house, args)?, &actor).await?;
            say_proposed(&house, voice, proposed);
        }
        Some(What::Reset(about)) => {
            let proposed = ops.propose_reset(&about.name, &house.actor(&about.reason)).await?;
            say_proposed(&house, voice, proposed);
        }
        Some(What::Confirm { id, reason }) => {
            let confirmed = ops.confirm(id, &house.actor(reason)).await?;
            say_confirmed(&house, voice, confirmed);
        }
        Some(What::Refuse { id, reason }) => {
            ops.refuse(id, &house.actor(reason)).await?;
            either(voice, "refused", &json!({ "refused": id }));
        }
        Some(What::Revoke { about, grant }) => {
            ops.revoke(&about.name, grant, &house.actor(&about.reason)).await?;
            either(voice, "taken back", &json!({ "revoked": grant }));
        }
        Some(What::Disable(about)) => {
            ops.disable(&about.name, &house.actor(&about.reason)).await?;
            let text = format!("{} is shut out, and their sessions have ended", about.name);
            either(voice, text, &json!({ "disabled": about.name }));
        }
        Some(What::SetupToken) => set_up(&house, voice).await?,
    }
    house.store.close().await;
    Ok(Exit::Done)
}

fn grant(house: &House, args: &GrantArgs) -> Result<Grant, Failure> {
    let bodies = args.bodies.iter().map(|body| house.body(body)).collect::<Result<_, _>>()?;
    Ok(Grant { role: args.role, bodies, sensitive: args.sensitive, ends: args.until })
}

async fn set_up(house: &House, voice: Voice) -> Result<(), Failure> {
    let token = house.ops().set_up_token().await?.ok_or_else(|| {
        let sentence = "there is an account already; whoever manages users adds the next";
        Failure::new(Exit::Conflict, sentence)
    })?;
    show(house, voice, &token);
    Ok(())
}

/// The way in of the first person, where there is nobody so far; for the console of whoever starts the program.
pub async fn welcome_the_first(house: &House, voice: Voice) -> Result<(), Failure> {
    if let Some(token) = house.ops().set_up_token().await? {
        if voice == Voice::People {
            line("Nobody has an account here so far; whoever takes this token up manages the next people.");
        }
        show(house, voice, &token);
    }
    Ok(())
}

/// A token stands on standard output alone: never in a log, and never in an address.
fn show(house: &House, voice: Voice, token: &Token) {
    let page = format!("{}/invitation", house.config.site.public_url);
    let text = format!("token  {}\ntype it at {page} by {}", token.token, instant(token.ends_at));
    let value = json!({ "token": token.token, "page": page, "ends_at": token.ends_at });
    either(voice, text, &value);
}

fn say_proposed(house: &House, voice: Voice, proposed: Proposed) {
    match proposed {
        Proposed::Waits(id) => {
            let text = format!("asked; another person confirms with: reval users confirm {id}");
            either(voice, text, &json!({ "proposal": id }));
        }
        Proposed::Done(confirmed) => say_confirmed(house, voice, confirmed),
    }
}

fn say_confirmed(house: &House, voice: Voice, confirmed: Confirmed) {
    match confirmed {
        Confirmed::Granted => either(voice, "granted", &json!({ "granted": true })),
        Confirmed::Reopened => {
            either(voice, "reopened: they sign in at the identity provider", &json!({ "reopened": true }))
        }
        Confirmed::Reset(token) => show(house, voice, &token),
    }
}

async fn list(house: &House, voice: Voice) -> Result<(), Failure> {
    let ops = house.ops();
    let (people, proposals) = (ops.people().await?, ops.proposals().await?);
    match voice {
        Voice::Json => {
            let users: Vec<Value> = people.iter().map(person).collect();
            let waiting: Vec<Value> = proposals.iter().map(proposal).collect();
            say_json(&json!({ "users": users, "proposals": waiting }));
        }
        Voice::People if people.is_empty() => {
            line("nobody has an account; `reval users setup-token` shows the way in of the first");
        }
        Voice::People => {
            let head = ["name", "state", "last here", "role", "bodies", "sensitive", "until", "grant"];
            table(&head, people.iter().flat_map(rows).collect());
            let head = ["waits for a second person", "about", "for", "asked by", "why"];
            table(&head, proposals.iter().map(row).collect());
        }
    }
    Ok(())
}

/// One row for each grant; one for somebody without any.
fn rows(person: &Person) -> Vec<Vec<String>> {
    let account = &person.account;
    let here = account.signed_in_at.map_or("never".to_owned(), instant);
    let begun = vec![account.name.clone(), account.state.clone(), here];
    if person.grants.is_empty() {
        return vec![[begun, vec!["none".to_owned()]].concat()];
    }
    let of = |row: &ops::rows::GrantRow| {
        let grant = &row.grant;
        let until = grant.ends.map(|day| day.to_string());
        let sensitive = if grant.sensitive { "yes" } else { "no" };
        let cells = vec![
            grant.role.word().to_owned(),
            bodies(grant),
            sensitive.to_owned(),
            or_dash(until.as_deref()),
            row.id.clone(),
        ];
        [begun.clone(), cells].concat()
    };
    person.grants.iter().map(of).collect()
}

fn bodies(grant: &Grant) -> String {
    let codes: Vec<&str> = grant.bodies.iter().map(domain::ids::BodyCode::as_str).collect();
    or_dash(Some(&codes.join(" ")))
}

fn row(proposal: &Proposal) -> Vec<String> {
    let wish = proposal
        .grant
        .as_ref()
        .map_or("a new way in".to_owned(), |grant| format!("{} {}", grant.role.word(), bodies(grant)));
    let asked = proposal.asked_by.clone();
    vec![proposal.id.clone(), proposal.name.clone(), wish, asked, proposal.reason.clone()]
}

fn person(person: &Person) -> Value {
    let account = &person.account;
    let grants: Vec<Value> = person
        .grants
        .iter()
        .map(|row| {
            json!({ "id": row.id, "grant": row.grant, "since": row.since, "asked_by": row.asked_by,
                    "granted_by": row.granted_by })
        })
        .collect();
    json!({ "name": account.name, "state": account.state, "is_demo": account.is_demo,
            "signed_in_at": account.signed_in_at, "grants": grants })
}

fn proposal(proposal: &Proposal) -> Value {
    json!({ "id": proposal.id, "name": proposal.name, "grant": proposal.grant, "asked_by": proposal.asked_by,
            "reason": proposal.reason, "asked_at": proposal.asked_at, "ends_at": proposal.ends_at })
}
