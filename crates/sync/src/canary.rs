//! The canary: in daylight, while people are there, the GMC and TIS are asked as the night will ask them, once each. Nothing is
//! published; what does not answer leaves evidence that can be sent to whoever must mend it.

use domain::account::Account;
use domain::evidence::BodyEvidence;
use domain::ids::BodyCode;
use domain::run::{BodyOutcome, RunState};
use domain::run_log::Level;
use jiff::Timestamp;
use jobs::{Begun, Ended};
use sources::gmc::Event;
use sources::gmc::client::{Means, NotFetched};
use store::evidence::Work;
use store::list::TIS;

use crate::context::{Context, Step};
use crate::error::SyncError;
use crate::night::{Report, alive};
use crate::refusal;
use crate::tis::TisSource;

/// The job's name.
pub const JOB: &str = "canary";

/// What one that was asked answered: how many records, or what went wrong and by which call.
type Asked = Result<u64, (SyncError, String, u64)>;

/// Does the work of a run that has begun, and settles it.
///
/// Errors: only where the run itself cannot go on; whoever does not answer is what it is there to say.
pub async fn carry_out(context: &Context, tis: &TisSource, begun: &Begun) -> Result<Report, SyncError> {
    let work = &begun.work;
    let mut records = 0;
    let doing = async {
        refusal::heed(context, work).await?;
        records += ask_gmc(context, work).await?;
        records += ask_tis(context, tis, work).await?;
        Ok(())
    };
    if let Err(error) = alive(context, work, doing).await {
        tracing::error!(run_id = %work.run_id, attempt = work.attempt, kind = error.cause(), %error, "run_broke_off");
        if let Err(unsettled) = context.ledger.fail(work, &error.to_string()).await {
            tracing::error!(run_id = %work.run_id, error = %unsettled, "run_left_open");
        }
        return Err(error);
    }
    let lists = store::evidence::of_run(&mut context.store.read().await?, &work.run_id).await?;
    let ended = judge(&lists, records);
    let (state, reason) = context.ledger.settle(work, ended).await?;
    context.step("", Step::Settled);
    tracing::info!(run_id = %work.run_id, attempt = work.attempt, state = state.word(), "run_settled");
    let (run_id, is_resumed) = (work.run_id.clone(), begun.is_resumed);
    Ok(Report { run_id, state, reason, lists, recounts: Vec::new(), is_resumed })
}

fn judge(lists: &[BodyEvidence], records: u64) -> Ended {
    let why: Vec<String> = lists.iter().map(|one| format!("{}: {}", one.body, one.reason)).collect();
    let (state, reason) = if why.is_empty() {
        (RunState::Succeeded, "the GMC and TIS answer as the night will ask them".to_owned())
    } else {
        (RunState::Failed, why.join("; "))
    };
    // Another try would ask no better than this one, and a refused password must not be tried again.
    Ended { state, reason, records: Some(records), expected: None, doubt: None, may_repeat: false }
}

async fn ask_gmc(context: &Context, work: &Work) -> Result<u64, SyncError> {
    let mut tx = context.store.read().await?;
    let lists = store::list::all(&mut tx).await?;
    drop(tx);
    let known = lists.iter().filter(|list| context.bodies.iter().any(|body| body.as_str() == list.code));
    let smallest = known.filter(|list| list.doctors > 0).min_by_key(|list| list.doctors);
    let smallest = smallest.map(|list| BodyCode::new(&list.code));
    let Some(body) = smallest.or_else(|| context.bodies.last().cloned()) else { return Ok(0) };
    let good = lists.iter().filter(|list| list.code != TIS).filter_map(|list| list.data_as_of).max();
    let said = format!("asks the GMC for the smallest list, {body}, as {}", context.gmc.called());
    context.tell(work, Level::Info, &said).await;
    let began = context.clock.now();
    match asked(context, &body).await {
        Ok(records) => {
            context.tell(work, Level::Info, &format!("{body}: a whole answer, {records} records")).await;
            Ok(records)
        }
        Err((error, client_request_id, calls)) => {
            let bundle = bundle(context, (began, good), (&client_request_id, calls));
            leave(context, work, (&body, began), (&error, &client_request_id, calls)).await?;
            context.tell(work, Level::Error, &format!("{body}: {error}")).await;
            context.tell(work, Level::Error, &bundle).await;
            Ok(0)
        }
    }
}

async fn asked(context: &Context, body: &BodyCode) -> Asked {
    let means = Means { clock: context.clock.as_ref(), ids: &context.ids };
    let mut records = 0;
    let sink = |event: Event| {
        records = if matches!(event, Event::Start) { 0 } else { records + 1 };
        Ok::<(), SyncError>(())
    };
    match context.gmc.fetch(body, means, sink).await {
        Ok(_) => Ok(records),
        Err(NotFetched { error, calls, client_request_id, .. }) => Err((error, client_request_id, calls)),
    }
}

/// What the supplier needs to find our call; no personal data, and no secret.
fn bundle(context: &Context, times: (Timestamp, Option<Timestamp>), call: (&str, u64)) -> String {
    let ((began, good), (id, calls)) = (times, call);
    let good = good.map_or("never".to_owned(), |good| good.to_string());
    format!(
        "for the supplier: asked {began}, answered {}, {calls} calls, from node {} by {}, our ClientRequestID {id}, last \
         good call {good}",
        context.clock.now(),
        context.ledger.node,
        context.gmc.called()
    )
}

async fn ask_tis(context: &Context, tis: &TisSource, work: &Work) -> Result<u64, SyncError> {
    context.tell(work, Level::Info, &format!("reads TIS from {} with every check", tis.place)).await;
    let began = context.clock.now();
    match tis.read(context.clock.as_ref()).await {
        Ok(reading) => {
            let said = format!("TIS: readable, {} persons", reading.extract.account.read);
            context.tell(work, Level::Info, &said).await;
            Ok(reading.extract.account.read)
        }
        Err(error) => {
            leave(context, work, (&BodyCode::new(TIS), began), (&error, "", 1)).await?;
            context.tell(work, Level::Error, &format!("TIS: {error}")).await;
            Ok(0)
        }
    }
}

/// Keeps what went wrong as the run's evidence; the lists' own outcomes stay as the night left them.
pub(crate) async fn leave(
    context: &Context,
    work: &Work,
    asked: (&BodyCode, Timestamp),
    what: (&SyncError, &str, u64),
) -> Result<(), SyncError> {
    let ((body, began), (error, client_request_id, calls)) = (asked, what);
    let now = context.clock.now();
    let evidence = BodyEvidence {
        body: body.clone(),
        outcome: BodyOutcome::Failed,
        reason: error.to_string(),
        cause: error.cause().to_owned(),
        client_request_id: client_request_id.to_owned(),
        gmc_request_id: None,
        requested_at_ms: began.as_millisecond(),
        account: Account::default(),
        bytes: 0,
        calls,
        duration_ms: u64::try_from(now.duration_since(began).as_millis()).unwrap_or_default(),
        snapshot: None,
    };
    let mut tx = context.store.begin().await?;
    context.ledger.guard(&mut tx, work).await?;
    store::list::ensure(&mut tx, body.as_str(), now).await?;
    store::evidence::insert(&mut tx, work, &evidence, now).await?;
    Ok(tx.commit().await?)
}
