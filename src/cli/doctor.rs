//! `reval doctor`: one doctor, as both worlds describe them now or as of a day.

use domain::listing::{Listing, Stated};
use domain::trainee::Membership;
use jiff::civil::Date;
use ops::Happening;
use ops::doctor::{DoctorPage, Said};
use serde_json::{Value, json};

use super::Common;
use super::discrepancies;
use super::say::{Voice, instant, json as say_json, line, or_dash};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval doctor 9000123
  reval doctor 9000123 --on 2026-11-20

What is shown is personal data: do not keep it in a file. The audit says who has looked.";

/// Show one doctor, now or as of a day.
#[derive(clap::Args)]
pub struct Args {
    /// Seven digits.
    gmc_number: String,
    /// As readers saw it at the end of this day, British time.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let ops = house.ops();
    let page = ops.doctor(&ops.at_shell(house.actor("")), &args.gmc_number, args.on).await?;
    match common.voice() {
        Voice::Json => say_json(&value(&page)),
        Voice::People => people(&page, &|list| ops.name_of(list)),
    }
    Ok(Exit::Done)
}

fn people(page: &DoctorPage, name: &dyn Fn(&str) -> String) {
    let view = &page.row.view;
    let names: Vec<&str> =
        [&view.first_name, &view.last_name].into_iter().flatten().map(String::as_str).collect();
    line(format!("{} {}", view.gmc_number, names.join(" ")));
    said(&page.said, name);
    if let (Some(kind), Some(why)) = (&page.disagreement, &view.discrepancy_why) {
        line(format!("{}: {why}", kind.title()));
        line(format!("  what would settle it: {}", or_dash(view.discrepancy_settles.as_deref())));
    }
    for life in &page.disagreements {
        let until =
            life.resolved_at.map_or_else(|| "it stands".to_owned(), |at| format!("resolved {}", instant(at)));
        let again = if life.reopened == 0 { String::new() } else { format!(", reopened {}", life.reopened) };
        let (kind, since, first) = (&life.kind, instant(life.since), instant(life.first_seen));
        line(format!("  {kind}: since {since}, {until} (first seen {first}{again})"));
    }
    for row in &page.past {
        let (past, day) = (&row.past, row.past.submitted_on.map(|day| day.to_string()));
        line(format!(
            "  imported: {} {}, {}, {}",
            or_dash(day.as_deref()),
            or_dash(past.kind.as_deref()),
            or_dash(past.outcome.as_deref()),
            past.gmc_id.as_deref().unwrap_or("without an id of the GMC")
        ));
    }
    line("history, newest first:");
    for event in &page.history {
        line(format!("  {} {} {}", instant(event.at), word(event.happening), name(&event.list)));
        for change in &event.changes {
            let (before, after) = (or_dash(change.before.as_deref()), or_dash(change.after.as_deref()));
            line(format!("      {}: {before} → {after}", change.field));
        }
    }
}

fn said(said: &Said, name: &dyn Fn(&str) -> String) {
    line(format!("as of {}:", instant(said.at)));
    if said.lists.is_empty() {
        line("  the GMC lists this doctor under none of our bodies");
    }
    for list in &said.lists {
        let data_as_of = instant(list.data_as_of);
        line(format!(
            "  {} ({}), GMC data as of {data_as_of}",
            name(list.body.as_str()),
            list.presence.word()
        ));
        let (due, notice) = (stated(&list.listing.submission_date), notice(&list.listing));
        line(format!("    under notice: {notice}; submission date: {due}"));
    }
    match &said.tis {
        None => line("  TIS does not know this GMC number"),
        Some((trainee, as_of)) => {
            line(format!("  TIS data as of {}", instant(*as_of)));
            trainee.memberships.iter().for_each(membership);
        }
    }
}

fn membership(membership: &Membership) {
    let day = |day: Option<Date>| day.map_or("–".to_owned(), |day| day.to_string());
    line(format!(
        "    {}, {} to {}, owner {}",
        or_dash(membership.programme.as_deref()),
        day(membership.start),
        day(membership.end),
        or_dash(membership.owner.as_deref())
    ));
}

fn stated<T: ToString>(stated: &Stated<T>) -> String {
    match stated {
        Stated::Absent => "not stated".to_owned(),
        Stated::Known(value) => value.to_string(),
        Stated::Unrecognised(text) => format!("not understood: {text}"),
    }
}

fn notice(listing: &Listing) -> String {
    match &listing.under_notice {
        Stated::Absent => "not stated".to_owned(),
        Stated::Known(notice) => notice.word().to_owned(),
        Stated::Unrecognised(text) => format!("not understood: {text}"),
    }
}

fn word(happening: Happening) -> &'static str {
    match happening {
        Happening::Arrived => "arrived on",
        Happening::Changed => "changed on",
        Happening::Left => "left",
    }
}

fn value(page: &DoctorPage) -> Value {
    let lists: Vec<Value> = page
        .said
        .lists
        .iter()
        .map(|list| {
            json!({
                "body": list.body, "snapshot": list.snapshot, "data_as_of": list.data_as_of.to_string(),
                "presence": list.presence.word(), "listing": list.listing,
            })
        })
        .collect();
    let tis = page
        .said
        .tis
        .as_ref()
        .map(|(trainee, as_of)| json!({ "trainee": trainee, "data_as_of": as_of.to_string() }));
    json!({
        "doctor": page.row.view,
        "as_of": page.said.at.to_string(),
        "lists": lists,
        "tis": tis,
        "discrepancies": page.disagreements.iter().map(discrepancies::life).collect::<Vec<_>>(),
        "past_recommendations": page.past.iter().map(|row| json!({
            "recommendation": row.past, "has_gmc_id": row.past.gmc_id.is_some(), "imported_at": row.imported_at.to_string(),
            "imported_by": row.imported_by,
        })).collect::<Vec<_>>(),
        "history": page.history.iter().map(|event| json!({
            "list": event.list, "happening": word(event.happening), "at": event.at.to_string(), "snapshot": event.snapshot,
            "changes": event.changes.iter().map(|change| json!({
                "field": change.field, "before": change.before, "after": change.after,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}
