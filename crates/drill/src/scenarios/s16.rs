//! S16: overnight a third of the membership types come in another letter case, and two hundred are of no known type.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::GmcNumber;
use domain::run::RunState;
use domain::tis_reading::TisReading;
use domain::tis_rules::UNKNOWN_MEMBERSHIP_TYPE;
use domain::view::ViewRow;
use store::alert::AlertRow;
use store::list::TIS;
use sync::night::Report;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::{FIRST_NIGHT, Sandbox};

const BAD: u32 = 3;
const MENDED: u32 = 4;
/// Trainees whose membership is of a type that nobody has named.
const STRANGE: usize = 200;
const STRANGE_TYPE: &str = "SECONDED FELLOW";

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(BAD - 1).await?;
    let before = reading(sandbox).await?;
    sandbox.begin(BAD)?;
    sandbox.gmc_sync().await?;
    let changed = change_types(sandbox)?;
    let report = sandbox.tis_enrich().await?;
    as_usual(&report, &changed, facts);
    let after = reading(sandbox).await?;
    let marked = |reading: &TisReading| {
        reading.account.marked.get(UNKNOWN_MEMBERSHIP_TYPE).copied().unwrap_or_default()
    };
    facts.same("exactly the strange ones are marked", &(marked(&after) - marked(&before)), &(STRANGE as u64));
    let account = &after.account;
    facts.state(
        "kept, excluded and rejected are all that was read",
        account.balances(),
        format!("{account:?}"),
    );
    facts.same("nobody is left out for their type", &account.by_rule, &before.account.by_rule);
    shown(sandbox, &changed, facts).await?;
    let alert = alert(sandbox).await?;
    let told = alert.as_ref().map(|alert| (alert.kind.as_str(), alert.severity.as_str()));
    facts.same("a DRIFT alert warns", &told, &Some(("DRIFT", "warn")));
    let sentence = alert.map(|alert| alert.sentence).unwrap_or_default();
    facts.state("and says by how many the mark rose", sentence.starts_with("200 trainees more"), &sentence);

    sandbox.begin(MENDED)?;
    sandbox.gmc_sync().await?;
    sandbox.tis_enrich().await?;
    facts.state("types that are known again close it", self::alert(sandbox).await?.is_none(), "the alert");
    Ok(())
}

/// GMC numbers of those whose type was changed.
struct Changed {
    strange: BTreeSet<String>,
    case: BTreeSet<String>,
}

/// Only trainees with a number of their own, and one current membership each: so that rows are doctors.
fn change_types(sandbox: &Sandbox) -> Result<Changed, DrillError> {
    let read = |table: &str| std::fs::read_to_string(sandbox.path("tis").join(format!("{table}.csv")));
    let trainees: BTreeSet<String> = read("Person")?
        .lines()
        .filter_map(|line| line.split_once(",DR in Training,"))
        .map(|(id, _)| id.to_owned())
        // The sample gives whom the GMC lists their number as id; new starters have a longer one.
        .filter(|id| GmcNumber::parse(id).is_some())
        .collect();
    let numbers: Vec<(String, String)> = read("GmcDetails")?
        .lines()
        .filter_map(|line| line.split_once(','))
        .map(|(id, number)| (id.to_owned(), number.to_owned()))
        .collect();
    let mut persons: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, number) in &numbers {
        *persons.entry(number).or_default() += 1;
    }
    let own: BTreeMap<&str, &str> = numbers
        .iter()
        .filter(|(id, number)| trainees.contains(id) && persons.get(number.as_str()) == Some(&1))
        .filter(|(_, number)| GmcNumber::parse(number).is_some())
        .map(|(id, number)| (id.as_str(), number.as_str()))
        .collect();
    let mut changed = Changed { strange: BTreeSet::new(), case: BTreeSet::new() };
    let memberships = read("ProgrammeMembership")?;
    let lines: Vec<String> = memberships.lines().map(|line| changed.line(line, &own)).collect();
    std::fs::write(sandbox.path("tis").join("ProgrammeMembership.csv"), lines.join("\n") + "\n")?;
    Ok(changed)
}

impl Changed {
    fn line(&mut self, line: &str, own: &BTreeMap<&str, &str>) -> String {
        let mut values: Vec<&str> = line.split(',').collect();
        let Some(number) = values.get(1).and_then(|id| own.get(id)) else { return line.to_owned() };
        let is_over = values[5] < FIRST_NIGHT.to_string().as_str();
        if !values[0].ends_with("-0") || values[3] != "SUBSTANTIVE" || is_over {
            return line.to_owned();
        }
        if self.strange.len() < STRANGE {
            self.strange.insert((*number).to_owned());
            values[3] = STRANGE_TYPE;
        } else if number.bytes().last().is_some_and(|digit| digit < b'4') {
            self.case.insert((*number).to_owned());
            values[3] = "Substantive";
        }
        values.join(",")
    }
}

fn as_usual(report: &Report, changed: &Changed, facts: &mut Facts) {
    facts.same("the run over TIS succeeds", &report.state, &RunState::Succeeded);
    let account = report.lists.iter().find(|list| list.body.as_str() == TIS).map(|list| list.account);
    let account = account.unwrap_or_default();
    let share = changed.case.len() as u64 * 100 / account.read.max(1);
    facts.state("about a third of the types came in another case", (25..40).contains(&share), share);
    let strange = changed.strange.len() as u64;
    // The night itself changes a few.
    let few = strange..strange + 50;
    facts.state("the letter case changes no record", few.contains(&account.changed), account.changed);
}

async fn shown(sandbox: &Sandbox, changed: &Changed, facts: &mut Facts) -> Result<(), DrillError> {
    for (numbers, known, what) in
        [(&changed.case, "yes", "another case"), (&changed.strange, "no", "no known type")]
    {
        let mut wrong = 0;
        for number in numbers {
            let row = row(sandbox, number).await?;
            let is_right = row.is_some_and(|row| row.membership_type_known == known && row.body.is_some());
            wrong += u32::from(!is_right);
        }
        facts.same(format!("each doctor of {what} is listed and told apart"), &wrong, &0);
    }
    let one = changed.strange.first().map(String::as_str).unwrap_or_default();
    let kind = row(sandbox, one).await?.and_then(|row| row.membership_type);
    facts.same("a strange type is shown as written", &kind.as_deref(), &Some(STRANGE_TYPE));
    let one = changed.case.first().map(String::as_str).unwrap_or_default();
    let kind = row(sandbox, one).await?.and_then(|row| row.membership_type);
    facts.same("a known type has one spelling", &kind.as_deref(), &Some("SUBSTANTIVE"));
    Ok(())
}

async fn row(sandbox: &Sandbox, number: &str) -> Result<Option<ViewRow>, DrillError> {
    let number = GmcNumber::parse(number).ok_or_else(|| DrillError::Furnish("no GMC number".to_owned()))?;
    let mut tx = sandbox.context.store.read().await?;
    let row = store::doctor::get(&mut tx, &sandbox.everybody(), &number).await?;
    Ok(row.map(|row| row.view))
}

async fn reading(sandbox: &Sandbox) -> Result<TisReading, DrillError> {
    let reading = store::tis_reading::published(&mut sandbox.context.store.read().await?).await?;
    reading.ok_or_else(|| DrillError::Furnish("TIS left no reading".to_owned()))
}

async fn alert(sandbox: &Sandbox) -> Result<Option<AlertRow>, DrillError> {
    let open = sandbox.open_alerts(TIS).await?;
    Ok(open.into_iter().find(|alert| alert.cause == UNKNOWN_MEMBERSHIP_TYPE))
}
