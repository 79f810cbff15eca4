//! DEATHS: a recommendation is submitted and sent, and the real program dies at each point of its way, whatever the GMC makes
//! of the call; afterwards what is said of it agrees with the GMC, or says that it does not know.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::sending::{Point, Standing};
use jiff::SignedDuration;
use simulator::{Fault, Rule};
use store::intent::LEASE;
use sync::sending::Turn;

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::recommending::{Noticed, OPERATION, carried_out, directory, drafted, noticed, submitted, wish_of};
use crate::sandbox::Sandbox;

const NIGHT: u32 = 1;
/// How much later a late call is carried out, in milliseconds: long after its sender has died and another looked.
const LATE: u64 = 400;

/// What the GMC makes of the call, by a name.
fn replies() -> [(&'static str, Option<Fault>); 7] {
    [
        ("carried out", None),
        ("carried out, the reply lost", Some(Fault::LostReply)),
        ("never carried out", Some(Fault::Reset(0))),
        ("carried out late", Some(Fault::Late(LATE))),
        ("refused with 91", Some(Fault::Code("91".into()))),
        ("98, and carried out all the same", Some(Fault::DoneButCode("98".into()))),
        ("a page, and carried out all the same", Some(Fault::DoneButPage)),
    ]
}

/// One recommendation, one death.
struct Death {
    whom: Noticed,
    point: Point,
    reply: &'static str,
}

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(NIGHT).await?;
    sandbox.clock.advance(SignedDuration::from_hours(10));
    directory(sandbox).await?;
    let mut doctors = noticed(sandbox).await?.into_iter();
    let mut deaths = Vec::new();
    for point in Point::ALL {
        let mut lived = Vec::new();
        for (reply, fault) in replies() {
            let next = doctors.next();
            let whom = next.ok_or_else(|| DrillError::Furnish("too few doctors".to_owned()))?;
            let death = Death { whom, point, reply };
            if !dies(sandbox, &death, fault).await? {
                lived.push(reply);
            }
            deaths.push(death);
        }
        facts.same(format!("the program dies at {}", point.word()), &lived, &Vec::new());
    }
    while is_waiting_for_late_ones(sandbox) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (mut told, mut ends) = (Vec::new(), BTreeMap::new());
    for death in &deaths {
        told.extend(wrong(sandbox, death).await?);
        let row = wish_of(sandbox, &death.whom.doctor).await?;
        *ends.entry(row.map_or("no wish", |row| row.standing.word())).or_insert(0) += 1;
    }
    let kinds: Vec<&str> = ends.keys().copied().collect();
    facts.state(
        "each kind of end is seen",
        kinds == ["accepted", "no wish", "rejected", "unknown"],
        format!("{ends:?}"),
    );
    facts.state("each agrees with the GMC, or says that it does not know", told.is_empty(), told.join("\n"));
    let twice = deaths.iter().filter(|death| carried_out(sandbox, &death.whom.doctor) > 1).count();
    facts.same("no recommendation was carried out twice", &twice, &0);
    let audit = child::run(sandbox, &["audit", "verify"], None).await?;
    facts.state("the audit is whole", audit.code == Some(0), &audit);
    Ok(())
}

/// Whether a wish is sure to come to this point when the GMC does this: a reply that breaks off, or is a page, is not read on.
fn is_sure(point: Point, fault: Option<&Fault>) -> bool {
    let breaks_off = matches!(fault, Some(Fault::Reset(_) | Fault::LostReply | Fault::Late(_)));
    let is_page = matches!(fault, Some(Fault::DoneButPage));
    match point {
        Point::Head => !breaks_off,
        Point::Piece => !breaks_off && !is_page,
        _ => true,
    }
}

/// Lets the program die once; gives whether it did.
async fn dies(sandbox: &Sandbox, death: &Death, fault: Option<Fault>) -> Result<bool, DrillError> {
    let is_sure = is_sure(death.point, fault.as_ref());
    let rule = |fault| Rule::everywhere(fault).of(OPERATION);
    sandbox.simulator.set_faults(fault.into_iter().map(rule).collect());
    let id = drafted(sandbox, &death.whom).await?;
    let has_died = if matches!(death.point, Point::Pressed | Point::BeforeWished | Point::Wished) {
        let submit =
            ["recommendations", "submit", &id, "--seen", "1", "--email", "a@example.org", "--declare"];
        child::run_until(sandbox, &submit, death.point).await?.was_killed()
    } else {
        submitted(sandbox, &death.whom, &id).await?;
        sends(sandbox, death, is_sure).await?
    };
    another_goes_on(sandbox).await?;
    Ok(has_died || !is_sure)
}

async fn sends(sandbox: &Sandbox, death: &Death, is_sure: bool) -> Result<bool, DrillError> {
    if death.point == Point::Reaping {
        child::serve_until(sandbox, Point::Claimed).await?.died().await?;
        sandbox.clock.advance(LEASE + SignedDuration::from_secs(1));
    }
    let mut serving = child::serve_until(sandbox, death.point).await?;
    if is_sure {
        serving.died().await?;
        return Ok(true);
    }
    let is_past = async || {
        let row = wish_of(sandbox, &death.whom.doctor).await?;
        Ok(row.is_some_and(|row| !matches!(row.standing, Standing::Queued | Standing::Sending)))
    };
    serving.died_or(sandbox, is_past).await
}

/// Another node takes over once the dead one's lease is past: it reaps, looks, and sends what may be sent.
async fn another_goes_on(sandbox: &Sandbox) -> Result<(), DrillError> {
    sandbox.clock.advance(LEASE + SignedDuration::from_secs(1));
    let sender = sandbox.sender("another")?;
    sender.reap().await?;
    sandbox.clock.advance(SignedDuration::from_secs(40));
    sender.look().await?;
    while let Turn::Sent { .. } = sender.send_next().await? {}
    Ok(())
}

/// What is wrong with what is said of a doctor's recommendation; nothing if it is as it should be.
async fn wrong(sandbox: &Sandbox, death: &Death) -> Result<Option<String>, DrillError> {
    let carried_out = carried_out(sandbox, &death.whom.doctor);
    let row = wish_of(sandbox, &death.whom.doctor).await?;
    let is_right = match &row {
        None => matches!(death.point, Point::Pressed | Point::BeforeWished) && carried_out == 0,
        Some(row) => match row.standing {
            Standing::Accepted => carried_out == 1 && row.gmc_id.is_some(),
            Standing::Rejected => carried_out == 0,
            Standing::Unknown => carried_out <= 1 && row.next_look.is_some(),
            Standing::Queued | Standing::Sending | Standing::Abandoned => false,
        },
    };
    let said = row.map_or("no wish", |row| row.standing.word());
    let (point, reply) = (death.point.word(), death.reply);
    let sentence =
        format!("killed at {point}, {reply}: {said}, while the GMC carried it out {carried_out} times");
    Ok((!is_right).then_some(sentence))
}

/// Calls that will be carried out later than they were answered.
fn is_waiting_for_late_ones(sandbox: &Sandbox) -> bool {
    let calls = sandbox.simulator.journal();
    let late = |call: &&simulator::journal::Call| call.result.starts_with("late");
    let promised = |call: &&simulator::journal::Call| call.result.contains("Late");
    calls.iter().filter(late).count() < calls.iter().filter(promised).count()
}
