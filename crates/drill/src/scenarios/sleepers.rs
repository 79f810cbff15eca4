//! SLEEPERS: the program falls asleep with the right to send, once before its first byte and once before it hears the reply;
//! others go on meanwhile, and when it wakes it neither says anything twice nor takes anything back.

use std::time::Duration;

use domain::sending::{Point, Standing};
use jiff::SignedDuration;
use store::intent::LEASE;

use crate::child::{self, Serving};
use crate::error::DrillError;
use crate::facts::Facts;
use crate::recommending::{Noticed, OPERATION, carried_out, directory, drafted, noticed, submitted, wish_of};
use crate::sandbox::Sandbox;

const NIGHT: u32 = 1;
/// Longer than a sender may take from its claim to its first byte.
const TOO_LONG: Duration = Duration::from_millis(5_500);

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(NIGHT).await?;
    sandbox.clock.advance(SignedDuration::from_hours(10));
    directory(sandbox).await?;
    let mut whom = noticed(sandbox).await?.into_iter();
    let mut next = || whom.next().ok_or_else(|| DrillError::Furnish("too few doctors".to_owned()));
    before_the_first_byte(sandbox, (&next()?, &next()?), facts).await?;
    before_the_reply(sandbox, &next()?, facts).await
}

/// Meanwhile a person lets another node send it: the sleeper finds that it has slept too long, and says nothing.
async fn before_the_first_byte(
    sandbox: &Sandbox,
    (one, other): (&Noticed, &Noticed),
    facts: &mut Facts,
) -> Result<(), DrillError> {
    let mut sleeper = asleep(sandbox, one, Point::Claimed).await?;
    let since = tokio::time::Instant::now();
    let sender = sandbox.sender("another")?;
    sandbox.clock.advance(LEASE + SignedDuration::from_secs(1));
    facts.same("its claim runs out, and nobody knows", &sender.reap().await?, &1);
    sandbox.clock.advance(SignedDuration::from_mins(20));
    let wish = wish_of(sandbox, &one.doctor).await?.map(|row| row.id).unwrap_or_default();
    let said = ["settle", &wish, "--send-again", "--reason", "not in GMC Connect"];
    let said = child::run(sandbox, &said, None).await?;
    facts.state("a person lets it be sent once more", said.code == Some(0), &said);
    sender.send_next().await?;
    facts.same("another node sends it", &standing(sandbox, one).await?, &Some(Standing::Accepted));
    tokio::time::sleep_until(since + TOO_LONG).await;
    sleeper.wake().await?;
    submitted(sandbox, other, &drafted(sandbox, other).await?).await?;
    sleeper.until(sandbox, async || Ok(standing(sandbox, other).await? == Some(Standing::Accepted))).await?;
    facts.same("the sleeper wakes, and has said nothing of the first", &said_of(sandbox, one), &1);
    facts.same("it was carried out once", &carried_out(sandbox, &one.doctor), &1);
    facts.same("and stands as before", &standing(sandbox, one).await?, &Some(Standing::Accepted));
    sleeper.kill().await
}

/// Everything is said, the GMC has carried it out and replied: the sleeper hears it late, and is believed.
async fn before_the_reply(sandbox: &Sandbox, one: &Noticed, facts: &mut Facts) -> Result<(), DrillError> {
    let mut sleeper = asleep(sandbox, one, Point::LastByte).await?;
    sandbox.clock.advance(LEASE + SignedDuration::from_secs(1));
    facts.same("its claim runs out as well", &sandbox.sender("another")?.reap().await?, &1);
    facts.same("so nobody knows", &standing(sandbox, one).await?, &Some(Standing::Unknown));
    sleeper.wake().await?;
    sleeper.until(sandbox, async || Ok(standing(sandbox, one).await? != Some(Standing::Unknown))).await?;
    facts.same(
        "the reply that it hears late settles it",
        &standing(sandbox, one).await?,
        &Some(Standing::Accepted),
    );
    facts.same("it was carried out once, too", &carried_out(sandbox, &one.doctor), &1);
    sleeper.kill().await
}

/// The program, asleep at a point of a doctor's recommendation.
async fn asleep(sandbox: &Sandbox, whom: &Noticed, point: Point) -> Result<Serving, DrillError> {
    submitted(sandbox, whom, &drafted(sandbox, whom).await?).await?;
    let mut sleeper = child::serve_stopping(sandbox, point).await?;
    sleeper.until_asleep(sandbox).await?;
    Ok(sleeper)
}

async fn standing(sandbox: &Sandbox, whom: &Noticed) -> Result<Option<Standing>, DrillError> {
    Ok(wish_of(sandbox, &whom.doctor).await?.map(|row| row.standing))
}

/// How often the GMC was told of a doctor.
fn said_of(sandbox: &Sandbox, whom: &Noticed) -> usize {
    let calls = sandbox.simulator.journal();
    calls.iter().filter(|call| call.operation == OPERATION && call.doctor == whom.doctor.as_str()).count()
}
