//! `reval recommendations`: drafting, submitting and following recommendations.

mod import;

use std::path::{Path, PathBuf};

use domain::recommendation::{Kind, REASONS, SUB_REASONS, Words};
use jiff::civil::Date;
use ops::alert::Word;
use ops::recommendations::{DECLARATION, RecommendationPage, Submit};
use ops::rows::RecommendationRow;
use serde_json::{Value, json};

use super::Common;
use super::connections::{say_life, typed};
use super::say::{Voice, instant, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval recommendations
  reval recommendations draft --doctor number.txt --kind revalidate
  reval recommendations draft --doctor - --kind defer --date 2027-06-01 --reason-code 1 --sub-reason 6
  reval recommendations show 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f
  reval recommendations import history.csv --dry-run
  reval recommendations submit 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --seen 1 --email me@example.org --declare

A draft stays with the body whose list has the doctor. `show` says what would be sent, what stands against it and what has
changed at the GMC since it was drafted; `submit` takes the version that was shown. The GMC cannot withdraw a decision.";

/// Draft, submit and follow recommendations.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    #[command(flatten)]
    One(One),
    /// Take in recommendations of a service before ours.
    Import(import::Args),
}

#[derive(clap::Subcommand)]
enum One {
    /// Draft one.
    Draft(Draft),
    /// Show one: what would be sent, and everything known of it.
    Show {
        /// Its id.
        id: String,
    },
    /// Change the words of a draft.
    Change {
        /// Its id.
        id: String,
        /// The version that was shown.
        #[arg(long, value_name = "VERSION")]
        seen: u64,
        #[command(flatten)]
        words: TypedWords,
    },
    /// Write a comment.
    Comment {
        /// Its id.
        id: String,
        /// The comment.
        #[arg(long)]
        text: String,
    },
    /// Take a draft back.
    Withdraw {
        /// Its id.
        id: String,
        /// The version that was shown.
        #[arg(long, value_name = "VERSION")]
        seen: u64,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Submit a draft to the GMC.
    Submit(Submitted),
}

#[derive(clap::Args)]
struct Draft {
    /// A file with the doctor's GMC number; `-` reads it from standard input.
    #[arg(long, value_name = "FILE")]
    doctor: PathBuf,
    #[command(flatten)]
    words: TypedWords,
}

#[derive(clap::Args)]
struct Submitted {
    /// Its id.
    id: String,
    /// The version that was shown.
    #[arg(long, value_name = "VERSION")]
    seen: u64,
    /// Your e-mail address, which the GMC expects.
    #[arg(long)]
    email: String,
    /// You declare what `show` says at its end.
    #[arg(long)]
    declare: bool,
}

#[derive(clap::Args)]
struct TypedWords {
    /// revalidate, defer or non-engagement.
    #[arg(long)]
    kind: String,
    /// The new date of a deferral.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// The reason of a deferral.
    #[arg(long, value_name = "CODE")]
    reason_code: Option<String>,
    /// Its sub-reason.
    #[arg(long, value_name = "CODE")]
    sub_reason: Option<String>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let done = match &args.what {
        Some(What::Import(args)) => import::run(common, &house, args).await?,
        None => say_all(common, &house.ops().recommendations(&house.ops().every_body()).await?),
        Some(What::One(what)) => say_one(common, &one(&house, what).await?),
    };
    house.store.close().await;
    Ok(done)
}

async fn one(house: &House, what: &One) -> Result<RecommendationPage, Failure> {
    let (ops, ids) = (house.ops(), house.ids());
    let (scope, reason) =
        (ops.every_body(), if let One::Withdraw { reason, .. } = what { reason } else { "" });
    let actor = house.actor(reason);
    let word = Word { actor: &actor, ids };
    Ok(match what {
        One::Draft(draft) => ops.draft(&scope, &number(&draft.doctor)?, &draft.words.read()?, word).await?,
        One::Show { id } => ops.recommendation(&scope, id).await?,
        One::Change { id, seen, words } => ops.redraft(&scope, (id, *seen), &words.read()?, word).await?,
        One::Comment { id, text } => ops.comment(&scope, id, text, word).await?,
        One::Withdraw { id, seen, .. } => ops.withdraw(&scope, (id, *seen), word).await?,
        One::Submit(submitted) => {
            if !submitted.declare {
                let sentence = format!("say --declare if this is so: {DECLARATION}");
                return Err(Failure::new(Exit::Invalid, sentence));
            }
            let token = ids.mint(house.clock.now());
            let submit = Submit { version: submitted.seen, email: &submitted.email, token: &token };
            ops.submit(&scope, &submitted.id, submit, word).await?
        }
    })
}

impl TypedWords {
    fn read(&self) -> Result<Words, Failure> {
        let kind = Kind::from_word(&self.kind)
            .ok_or_else(|| Failure::new(Exit::Usage, "--kind is revalidate, defer or non-engagement"))?;
        Ok(Words {
            kind,
            deferral_date: self.date,
            reason: self.reason_code.clone(),
            sub_reason: self.sub_reason.clone(),
        })
    }
}

fn number(file: &Path) -> Result<String, Failure> {
    let text = typed(file)?;
    Ok(domain::ids::trim(&text).to_owned())
}

fn say_all(common: &Common, rows: &[RecommendationRow]) -> Exit {
    match common.voice() {
        Voice::Json => say_json(&rows.iter().map(value).collect()),
        Voice::People if rows.is_empty() => line("nothing was ever drafted"),
        Voice::People => {
            let shown = rows.iter().map(|row| {
                vec![
                    row.id.clone(),
                    row.number.to_string(),
                    row.body.to_string(),
                    row.words.kind.word().to_owned(),
                    row.status().sentence().to_owned(),
                    instant(row.changed_at),
                    row.changed_by.clone(),
                ]
            });
            let head = ["recommendation", "doctor", "body", "kind", "stands", "changed at", "by"];
            table(&head, shown.collect());
        }
    }
    Exit::Done
}

fn say_one(common: &Common, page: &RecommendationPage) -> Exit {
    if common.voice() == Voice::Json {
        say_json(&whole(page));
        return Exit::Done;
    }
    let row = &page.row;
    line(format!("{}, version {}: {}", row.id, row.version, row.status().sentence()));
    line(format!("  {} of doctor {} for {}", spoken(&row.words), row.number, row.body));
    line(format!("  drafted by {} at {}", row.drafted_by, instant(row.drafted_at)));
    for comment in &page.comments {
        line(format!("  {} at {}: {}", comment.author, instant(comment.at), comment.text));
    }
    if row.status().is_draft() {
        page.differences.iter().for_each(|told| line(format!("  changed since: {told}")));
        for problem in &page.problems {
            line(format!("  stands against it (code {}): {}", problem.code, problem.sentence));
        }
        if let Some(officer) = &page.officer {
            line(format!(
                "  responsible officer: {}, {}",
                officer.officer.surname, officer.officer.gmc_number
            ));
        }
        line(format!("  who submits declares: {DECLARATION}"));
    }
    say_life(&page.life);
    for answer in &page.answers {
        line(format!("  asked at {}: code {}, \"{}\"", instant(answer.at), answer.code, answer.status));
    }
    Exit::Done
}

fn spoken(words: &Words) -> String {
    let of = |table: &[(&str, &str)], code: &Option<String>| {
        let known = table.iter().find(|(one, _)| Some(*one) == code.as_deref());
        known.map(|(_, sentence)| format!(", {sentence}")).unwrap_or_default()
    };
    let date =
        words.deferral_date.map(|date| format!(" to {}", date.strftime("%-d %B %Y"))).unwrap_or_default();
    let (reason, sub) = (of(&REASONS, &words.reason), of(&SUB_REASONS, &words.sub_reason));
    format!("{}{date}{reason}{sub}", words.kind.word().replace('_', "-"))
}

fn value(row: &RecommendationRow) -> Value {
    json!({
        "id": row.id, "version": row.version, "doctor": row.number.as_str(), "body": row.body.as_str(),
        "words": row.words, "status": row.status().word(), "drafted_by": row.drafted_by, "drafted_at": row.drafted_at,
        "changed_by": row.changed_by, "changed_at": row.changed_at, "closed_at": row.closed_at,
        "submission": row.submission.as_ref().map(|one| json!({
            "intent": one.intent_id, "standing": one.standing.word(), "code": one.code, "sentence": one.sentence,
            "gmc_id": one.gmc_id, "by": one.by, "at": one.at,
        })),
    })
}

fn whole(page: &RecommendationPage) -> Value {
    let mut value = value(&page.row);
    value["problems"] =
        page.problems.iter().map(|p| json!({ "code": p.code, "sentence": p.sentence })).collect();
    value["differences"] = page.differences.iter().map(|told| Value::from(told.as_str())).collect();
    value["comments"] =
        page.comments.iter().map(|c| json!({ "author": c.author, "at": c.at, "text": c.text })).collect();
    let answer = |a: &ops::rows::AnswerRow| json!({ "at": a.at, "code": a.code, "status": a.status });
    value["answers"] = page.answers.iter().map(answer).collect();
    let officer = page.officer.as_ref();
    value["officer"] = officer.map_or(
        Value::Null,
        |row| json!({ "gmc_number": row.officer.gmc_number, "body": row.body.as_str() }),
    );
    value
}
