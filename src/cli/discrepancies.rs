//! `reval discrepancies`: where the GMC and TIS disagree, since when, and what data have resolved.

use domain::discrepancy::DiscrepancyKind;
use domain::ids::BodyCode;
use ops::filter::{Disagreement, Filter, From, Whom};
use ops::rows::{DoctorRow, Life, Resolved};
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval discrepancies
  reval discrepancies --body NW --kind transfer --json
  reval discrepancies --resolved

By name, a page at a time: --after takes the GMC number under which the page before ended. What is shown is personal data: do not
keep it in a file.";

/// Show where the GMC and TIS disagree, or what has been resolved.
#[derive(clap::Args)]
pub struct Args {
    /// Only of this body, by code or abbreviation.
    #[arg(long, value_name = "BODY")]
    body: Option<String>,
    /// Only of this kind, such as transfer.
    #[arg(long, conflicts_with = "resolved")]
    kind: Option<String>,
    /// What data have resolved instead, the newest first.
    #[arg(long)]
    resolved: bool,
    /// From the doctor after this GMC number on.
    #[arg(long, value_name = "GMC_NUMBER", conflicts_with = "resolved")]
    after: Option<String>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let (ops, voice) = (house.ops(), common.voice());
    let body: Option<BodyCode> = args.body.as_deref().map(|typed| house.body(typed)).transpose()?;
    if args.resolved {
        let page = ops.resolved(&ops.every_body(), body.as_ref()).await?;
        over(voice, &page.rows);
    } else {
        let disagreement = args.kind.as_deref().map(named).transpose()?;
        let filter = Filter {
            whom: Whom::ListedOrClaimed,
            disagreement: Some(disagreement.map_or(Disagreement::Any, Disagreement::Of)),
            from: From::after(args.after.clone()),
            body,
            ..Filter::default()
        };
        let counted = ops.counted(&ops.every_body(), &filter).await?;
        standing(voice, &counted.kinds, (&counted.page.rows, counted.page.next.as_deref()));
    }
    house.store.close().await;
    Ok(Exit::Done)
}

fn named(typed: &str) -> Result<DiscrepancyKind, Failure> {
    DiscrepancyKind::from_word(&typed.replace('-', "_")).ok_or_else(|| {
        let known = DiscrepancyKind::ALL.map(DiscrepancyKind::word).join(", ");
        Failure::new(Exit::Invalid, format!("there is no kind of discrepancy {typed}; there are: {known}"))
    })
}

fn standing(voice: Voice, counts: &[(DiscrepancyKind, u64)], page: (&[DoctorRow], Option<&str>)) {
    let (rows, next) = page;
    if voice == Voice::Json {
        let counts: serde_json::Map<String, Value> =
            counts.iter().map(|(kind, count)| (kind.word().to_owned(), json!(count))).collect();
        return say_json(
            &json!({ "counts": counts, "rows": rows.iter().map(value).collect::<Vec<_>>(), "next": next }),
        );
    }
    for (kind, count) in counts {
        line(format!("{}: {count}", kind.title()));
    }
    let row = |row: &DoctorRow| {
        let view = &row.view;
        vec![
            view.gmc_number.clone(),
            or_dash(view.body.as_deref()),
            or_dash(view.discrepancy.as_deref()),
            or_dash(row.discrepancy_since.map(instant).as_deref()),
            row.discrepancy_reopened.to_string(),
            or_dash(view.discrepancy_why.as_deref()),
        ]
    };
    table(&["doctor", "body", "kind", "since", "reopened", "why"], rows.iter().map(row).collect());
    if let Some(next) = next {
        line(format!("there are more: --after {next}"));
    }
}

fn over(voice: Voice, rows: &[Resolved]) {
    if voice == Voice::Json {
        let of = |row: &Resolved| json!({ "gmc_number": row.view.gmc_number, "body": row.view.body, "life": life(&row.life) });
        return say_json(&rows.iter().map(of).collect());
    }
    let row = |row: &Resolved| {
        let life = &row.life;
        vec![
            row.view.gmc_number.clone(),
            or_dash(row.view.body.as_deref()),
            life.kind.clone(),
            instant(life.since),
            or_dash(life.resolved_at.map(instant).as_deref()),
            life.reopened.to_string(),
        ]
    };
    table(
        &["doctor", "body now", "kind", "stood since", "resolved", "reopened"],
        rows.iter().map(row).collect(),
    );
}

fn value(row: &DoctorRow) -> Value {
    let view = &row.view;
    json!({
        "gmc_number": view.gmc_number, "body": view.body, "tis_body": view.tis_body, "kind": view.discrepancy,
        "why": view.discrepancy_why, "settles": view.discrepancy_settles, "since": row.discrepancy_since,
        "first_seen": row.discrepancy_first_seen, "reopened": row.discrepancy_reopened,
    })
}

/// The life of a disagreement for programs.
pub fn life(life: &Life) -> Value {
    json!({
        "kind": life.kind, "first_seen": life.first_seen, "since": life.since, "last_seen": life.last_seen,
        "resolved_at": life.resolved_at, "reopened": life.reopened,
    })
}
