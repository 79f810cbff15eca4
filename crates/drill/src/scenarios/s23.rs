//! S23: the GMC takes a recommendation and the reply is lost; the program is killed a moment later.

use jiff::SignedDuration;
use simulator::{Fault, Rule};
use store::alert::AlertRow;
use store::listing::Query;
use store::recommendation::RecommendationRow;

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

const NIGHT: u32 = 1;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(NIGHT).await?;
    sandbox.clock.advance(SignedDuration::from_hours(10));
    let id = drafted(sandbox).await?;
    let lost = Rule { to_call: Some(1), ..Rule::everywhere(Fault::LostReply).of("TryRecommendationV2") };
    sandbox.simulator.set_faults(vec![lost]);
    let submit = ["recommendations", "submit", &id, "--seen", "1", "--email", "a@example.org", "--declare"];
    let submitted = child::run(sandbox, &submit, None).await?;
    facts.same("an approver submits it", &submitted.code, &Some(0));

    let mut serving = child::serve(sandbox).await?;
    serving.until(sandbox, || is(sandbox, &id, "unknown_confirming")).await?;
    serving.kill().await?;
    let serving = child::serve(sandbox).await?;
    facts.same("the GMC holds one recommendation", &held(sandbox), &1);
    facts.same(
        "its doctor is told by one sentence",
        &sentence(sandbox, &id).await?.as_str(),
        &"unknown_confirming",
    );
    sandbox.clock.advance(SignedDuration::from_mins(6));
    serving.tell_time(sandbox)?;
    let told = severity(sandbox).await?;
    facts.same("after five minutes somebody is told", &told.as_str(), &"notice");
    sandbox.clock.advance(SignedDuration::from_mins(60));
    serving.tell_time(sandbox)?;
    let told = severity(sandbox).await?;
    facts.same("after an hour somebody is woken", &told.as_str(), &"page");
    facts.same("nothing sends it again by itself", &tried(sandbox), &1);

    settled(sandbox, &id, facts).await?;
    facts.same("asked to end, it ends", &serving.end().await?, &Some(0));
    sandbox.begin(NIGHT + 1)?;
    let asked = child::run(sandbox, &["run", "outcomes"], None).await?;
    facts.state("the GMC is asked what became of it", asked.code == Some(0), &asked);
    facts.same("it was approved", &sentence(sandbox, &id).await?.as_str(), &"approved");
    facts.same("the GMC still holds one", &held(sandbox), &1);
    facts.same("and was asked to take it once", &tried(sandbox), &1);
    facts.state("the alert is over", unknown(sandbox).await?.is_none(), "the alert");
    second_cycle(sandbox, &id, facts).await?;
    let audit = child::run(sandbox, &["audit", "verify"], None).await?;
    facts.state("the audit is whole", audit.code == Some(0), &audit);
    Ok(())
}

/// The next cycle begins when the GMC asks again, by its own notice and date, and not before.
async fn second_cycle(sandbox: &mut Sandbox, first: &str, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.gmc_sync().await?;
    let number = row(sandbox, first).await?.map(|row| row.number.to_string()).unwrap_or_default();
    let draft = ["recommendations", "draft", "--doctor", &sandbox.path("number").display().to_string()];
    let draft = [&draft[..], &["--kind", "revalidate", "--json"]].concat();
    let early = child::run(sandbox, &draft, None).await?;
    facts.state("the list that follows says no notice", early.stdout.contains("\"92\""), &early);
    let id = newest(sandbox).await?;
    let submit = ["recommendations", "submit", &id, "--seen", "1", "--email", "a@example.org", "--declare"];
    let refused = child::run(sandbox, &submit, None).await?;
    facts.same("so nothing is submitted for a cycle that has not begun", &refused.code, &Some(10));

    sandbox.begin(NIGHT + 2)?;
    let date = sandbox.night(NIGHT + 2).saturating_add(jiff::Span::new().days(60));
    sandbox.simulator.edit(|register| register.notify(&number, date));
    sandbox.gmc_sync().await?;
    let submitted = child::run(sandbox, &submit, None).await?;
    facts.state(
        "once the GMC gives notice anew, the same draft is submitted",
        submitted.code == Some(0),
        &submitted,
    );
    sandbox.sender("a")?.send_next().await?;
    facts.same("and taken", &sentence(sandbox, &id).await?.as_str(), &"under_review");
    facts.same(
        "the first cycle stays as it was decided",
        &sentence(sandbox, first).await?.as_str(),
        &"approved",
    );
    facts.same("the GMC holds one of each cycle", &held(sandbox), &2);
    Ok(())
}

async fn newest(sandbox: &Sandbox) -> Result<String, DrillError> {
    let mut tx = sandbox.context.store.read().await?;
    let kept = store::recommendation::recent(&mut tx, &sandbox.everybody(), 1).await?.pop();
    Ok(kept.map(|row| row.id).unwrap_or_default())
}

/// A person finds it in GMC Connect and says so, with its id there.
async fn settled(sandbox: &Sandbox, id: &str, facts: &mut Facts) -> Result<(), DrillError> {
    let submission = row(sandbox, id).await?.and_then(|row| row.submission);
    let intent = submission.map(|submission| submission.intent_id).unwrap_or_default();
    let register = sandbox.simulator.register();
    let gmc_id = register.recommendations().first().map(|one| one.id.clone()).unwrap_or_default();
    let said = ["settle", &intent, "--found", "--gmc-id", &gmc_id, "--reason", "GMC Connect shows it"];
    let said = child::run(sandbox, &said, None).await?;
    facts.state("a person who found it settles it", said.code == Some(0), &said);
    facts.same("which is then with the GMC", &sentence(sandbox, id).await?.as_str(), &"under_review");
    Ok(())
}

/// Drafts for a doctor under notice, with a responsible officer in the directory.
async fn drafted(sandbox: &Sandbox) -> Result<String, DrillError> {
    let everybody = sandbox.everybody();
    let query = Query { limit: 1, under_notice: Some("yes"), ..Query::within(&everybody) };
    let found = store::doctor::page(&mut sandbox.context.store.read().await?, &query).await?;
    let doctor = found.first().ok_or_else(|| DrillError::Furnish("nobody is under notice".to_owned()))?;
    let body = doctor.view.body.clone().unwrap_or_default();
    let head = "body,gmc_number,surname,phone,user_name,email";
    let officer = format!("{head}\n{body},9900001,Officer-Sample,0,ro,ro@example.org\n");
    let (officers, number) = (sandbox.path("officers.csv"), sandbox.path("number"));
    std::fs::write(&officers, officer)?;
    std::fs::write(&number, &doctor.view.gmc_number)?;
    let text = |path: &std::path::Path| path.display().to_string();
    let import = ["officers", "--import", &text(&officers), "--reason", "a drill"];
    child::run(sandbox, &import, None).await?;
    let draft = ["recommendations", "draft", "--doctor", &text(&number), "--kind", "revalidate"];
    let drafted = child::run(sandbox, &draft, None).await?;
    let mut tx = sandbox.context.store.read().await?;
    let kept = store::recommendation::recent(&mut tx, &everybody, 1).await?.pop();
    kept.map(|row| row.id).ok_or_else(|| DrillError::Furnish(drafted.to_string()))
}

async fn row(sandbox: &Sandbox, id: &str) -> Result<Option<RecommendationRow>, DrillError> {
    let mut tx = sandbox.context.store.read().await?;
    Ok(store::recommendation::get(&mut tx, &sandbox.everybody(), id).await?)
}

async fn sentence(sandbox: &Sandbox, id: &str) -> Result<String, DrillError> {
    Ok(row(sandbox, id).await?.map(|row| row.status().word().to_owned()).unwrap_or_default())
}

async fn is(sandbox: &Sandbox, id: &str, status: &str) -> Result<bool, DrillError> {
    Ok(sentence(sandbox, id).await? == status)
}

async fn severity(sandbox: &Sandbox) -> Result<String, DrillError> {
    Ok(unknown(sandbox).await?.map(|alert| alert.severity).unwrap_or_default())
}

fn held(sandbox: &Sandbox) -> usize {
    sandbox.simulator.register().recommendations().len()
}

fn tried(sandbox: &Sandbox) -> usize {
    let calls = sandbox.simulator.journal();
    calls.iter().filter(|call| call.operation == "TryRecommendationV2").count()
}

/// The open alert about decisions of which nobody knows.
async fn unknown(sandbox: &Sandbox) -> Result<Option<AlertRow>, DrillError> {
    let open = |alert: &AlertRow| alert.state != "resolved" && alert.cause == "decision_unknown";
    Ok(sandbox.alerts().await?.into_iter().find(open))
}
