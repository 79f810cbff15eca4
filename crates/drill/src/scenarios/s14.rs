//! S14: in one body a flag is absent, a number is null, and one number stands twice under different names.

use domain::ids::GmcNumber;
use domain::raw::RawDoctor;
use domain::run::RunState;
use simulator::edits::{Edit, What};
use store::doctor::DoctorRow;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

/// The bad night, and the first good one after it.
const BAD: u32 = 3;
const MENDED: u32 = 4;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(BAD - 1).await?;
    let fifth = sandbox.body(5).to_string();
    let before = listed(sandbox, &fifth).await?;
    let spoilt = spoil(sandbox, &fifth);
    sandbox.begin(BAD)?;
    let report = sandbox.gmc_sync().await?;
    facts.same("the night succeeds", &report.state, &RunState::Succeeded);
    let account = report.lists.iter().find(|list| list.body.as_str() == fifth).map(|list| list.account);
    let account = account.unwrap_or_default();
    facts.same("three records are received and not processed", &account.rejected, &3);
    facts.state("every record is accounted for", account.balances(), format!("{account:?}"));
    facts.same("nobody is disconnected", &account.removed, &0);
    let now = listed(sandbox, &fifth).await?;
    facts.state("no neighbour is lost", now >= before, format!("{now} of {before}"));
    shown(sandbox, &spoilt, facts).await?;

    sandbox.begin(MENDED)?;
    sandbox.gmc_sync().await?;
    let mut tx = sandbox.context.store.read().await?;
    let counts = store::reject::counts(&mut tx).await?;
    drop(tx);
    let left = counts.iter().filter(|count| count.list == fifth).count();
    facts.same("the next whole answer clears the three", &left, &0);
    facts.same("and closes the alert", &sandbox.open_alerts(&fifth).await?.len(), &0);
    let row = doctor(sandbox, &spoilt.twice).await?;
    let presence = row.and_then(|row| row.view.presence);
    facts.same("the doctor who stood twice is confirmed again", &presence.as_deref(), &Some("listed"));
    Ok(())
}

/// Numbers of the doctors that are spoilt.
struct Spoilt {
    flagless: String,
    numberless: String,
    twice: String,
}

fn spoil(sandbox: &Sandbox, body: &str) -> Spoilt {
    let mut world = sandbox.simulator.world().as_ref().clone();
    let mut staying = world.residents(4).filter(|index| {
        let number = world.number(*index);
        world
            .list(body, MENDED)
            .into_iter()
            .flatten()
            .any(|d| d.gmc_reference_number.as_deref() == Some(&number))
    });
    let mut next = || staying.next().unwrap_or_default();
    let (one, two, three) = (next(), next(), next());
    let spoilt =
        Spoilt { flagless: world.number(one), numberless: world.number(two), twice: world.number(three) };
    let set = |number: &str, field: &str| What::Set {
        number: number.to_owned(),
        field: field.to_owned(),
        value: None,
    };
    let other = RawDoctor { last_name: Some("Othername-Sample".to_owned()), ..world.doctor(three, BAD) };
    let edits = [
        set(&spoilt.flagless, "UnderNotice"),
        set(&spoilt.numberless, "GMCReferenceNumber"),
        What::Add { record: Box::new(other) },
    ];
    let edits = edits.map(|what| Edit { from: BAD, until: Some(MENDED), body: body.to_owned(), what });
    world.edits.extend(edits);
    sandbox.simulator.set_world(world);
    spoilt
}

async fn listed(sandbox: &Sandbox, list: &str) -> Result<u64, DrillError> {
    let state = store::list::get(&mut sandbox.context.store.read().await?, list).await?;
    Ok(state.map_or(0, |state| state.doctors))
}

async fn doctor(sandbox: &Sandbox, number: &str) -> Result<Option<DoctorRow>, DrillError> {
    let number = GmcNumber::parse(number).ok_or_else(|| DrillError::Furnish("no GMC number".to_owned()))?;
    Ok(store::doctor::get(&mut sandbox.context.store.read().await?, &sandbox.everybody(), &number).await?)
}

async fn shown(sandbox: &Sandbox, spoilt: &Spoilt, facts: &mut Facts) -> Result<(), DrillError> {
    let flagless = doctor(sandbox, &spoilt.flagless).await?;
    let notice = flagless.map(|row| row.view.under_notice);
    facts.same(
        "the doctor without the flag is listed, the flag unknown",
        &notice.as_deref(),
        &Some("unknown"),
    );
    for (number, who) in [(&spoilt.numberless, "whose number was null"), (&spoilt.twice, "who stood twice")] {
        let presence = doctor(sandbox, number).await?.and_then(|row| row.view.presence);
        let sentence = format!("the doctor {who} stays listed, not confirmed");
        facts.same(sentence, &presence.as_deref(), &Some("not_confirmed"));
    }
    let mut tx = sandbox.context.store.read().await?;
    let rejects = store::reject::open(&mut tx, &sandbox.everybody(), &sandbox.body(5), 10).await?;
    let plain = rejects.iter().all(|reject| reject.sentence().ends_with('.'));
    facts.state("each is shown with a plain reason", rejects.len() == 3 && plain, rejects.len());
    drop(tx);
    let alerts = sandbox.open_alerts(sandbox.body(5).as_str()).await?;
    let drift = alerts.first().map(|alert| (alert.kind.as_str(), alert.severity.as_str()));
    facts.same("a DRIFT alert gives notice", &drift, &Some(("DRIFT", "notice")));
    Ok(())
}
