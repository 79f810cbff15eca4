//! What became of recommendations: a job asks the GMC about each it has taken, until it has decided.

use std::collections::BTreeMap;

use domain::ids::BodyCode;
use domain::recommendation::{Outcome, after};
use domain::run::RunState;
use domain::run_log::Level;
use domain::sending::Witness;
use jiff::{SignedDuration, Timestamp};
use jobs::{Begun, Ended};
use sources::gmc::codes::Code;
use sources::gmc::operations::Operation;
use sources::gmc::small_answer::Fields;
use sources::gmc::{Class, Heard, Incomplete};
use store::Tx;
use store::evidence::Work;
use store::intent;
use store::recommendation::{self, RecommendationRow};
use tokio::time::Instant;

use crate::canary::leave;
use crate::context::{Context, Step};
use crate::error::SyncError;
use crate::night::{Report, alive};
use crate::sending::Sender;

/// The job's name.
pub const JOB: &str = "outcomes";

/// Asked about in one run; the next goes on. Arbitrary; it bounds a run.
const MANY: u64 = 500;
/// So many questions in a row without an answer, and the GMC is let be until the next run.
const UNANSWERED_MAX: u64 = 3;
/// Between two questions on the first day, and later: a little less than one and six hours, so that an hourly run finds
/// them due. The GMC decides in days or weeks, and answers many who ask.
const SOON: SignedDuration = SignedDuration::from_mins(50);
const LATER: SignedDuration = SignedDuration::from_mins(350);

/// What a run, or one body in it, came to.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    due: u64,
    asked: u64,
    answered: u64,
    decided: u64,
    /// Answers with a word for the outcome that nobody knows.
    unread: u64,
    /// Answers with a code other than the success.
    refused: u64,
}

/// What one question came to.
enum Answer {
    /// Whole, and read.
    Whole { is_decided: bool, is_unread: bool, is_refused: bool },
    /// None that is whole.
    None(Incomplete),
}

/// Does the work of a run that has begun, and settles it.
///
/// Errors: only where the run itself cannot go on; a GMC that does not answer is what its evidence says.
pub async fn carry_out(context: &Context, sender: &Sender, begun: &Begun) -> Result<Report, SyncError> {
    let work = &begun.work;
    let mut tallies = BTreeMap::new();
    let mut stopped = None;
    let doing = async {
        stopped = ask_all(context, sender, (work, &mut tallies)).await?;
        let forgotten = sender.forget_words().await?;
        if forgotten > 0 {
            let said = format!("the words of {forgotten} wishes settled long ago were forgotten");
            context.tell(work, Level::Info, &said).await;
        }
        Ok(())
    };
    if let Err(error) = alive(context, work, doing).await {
        tracing::error!(run_id = %work.run_id, attempt = work.attempt, kind = error.cause(), %error, "run_broke_off");
        if let Err(unsettled) = context.ledger.fail(work, &error.to_string()).await {
            tracing::error!(run_id = %work.run_id, error = %unsettled, "run_left_open");
        }
        return Err(error);
    }
    for (body, tally) in &tallies {
        context.tell(work, Level::Info, &format!("{body}: {}", sentence(tally))).await;
    }
    let (state, reason) = context.ledger.settle(work, judge(&tallies, stopped.as_ref())).await?;
    let lists = store::evidence::of_run(&mut context.store.read().await?, &work.run_id).await?;
    context.step("", Step::Settled);
    tracing::info!(run_id = %work.run_id, attempt = work.attempt, state = state.word(), "run_settled");
    let (run_id, is_resumed) = (work.run_id.clone(), begun.is_resumed);
    Ok(Report { run_id, state, reason, lists, recounts: Vec::new(), is_resumed })
}

/// Asks about all that is due; gives why it stopped before the end, if it did.
async fn ask_all(
    context: &Context,
    sender: &Sender,
    left: (&Work, &mut BTreeMap<BodyCode, Tally>),
) -> Result<Option<SyncError>, SyncError> {
    let (work, tallies) = left;
    let due = recommendation::to_ask(&mut context.store.read().await?, context.clock.now(), MANY).await?;
    for row in &due {
        tallies.entry(row.body.clone()).or_default().due += 1;
    }
    let (mut in_vain, began) = (0, context.clock.now());
    for row in &due {
        let answer = if sender.is_refused().await? {
            Answer::None(refusal())
        } else {
            let answer = sender.ask(row).await?;
            let tally = tallies.entry(row.body.clone()).or_default();
            let Some(answer) = answer else {
                tally.due -= 1;
                continue;
            };
            count(tally, &answer);
            answer
        };
        let Answer::None(error) = answer else {
            in_vain = 0;
            continue;
        };
        in_vain += 1;
        if error.class == Class::Credentials || in_vain == UNANSWERED_MAX {
            let error = SyncError::Incomplete(error);
            leave(context, work, (&row.body, began), (&error, "", in_vain)).await?;
            return Ok(Some(error));
        }
    }
    Ok(None)
}

fn count(tally: &mut Tally, answer: &Answer) {
    tally.asked += 1;
    if let Answer::Whole { is_decided, is_unread, is_refused } = answer {
        tally.answered += 1;
        tally.decided += u64::from(*is_decided);
        tally.unread += u64::from(*is_unread);
        tally.refused += u64::from(*is_refused);
    }
}

fn sentence(tally: &Tally) -> String {
    let Tally { due, asked, answered, decided, unread, refused } = tally;
    let mut said = format!("{due} due, {asked} asked about, {answered} answered, {decided} decided");
    for (many, what) in [(unread, "in a word that is not known"), (refused, "refused")] {
        if *many > 0 {
            said.push_str(&format!(", {many} {what}"));
        }
    }
    said
}

/// What is due is known, so a run is measured against that, and not against what is usual: half of it at least.
fn judge(tallies: &BTreeMap<BodyCode, Tally>, stopped: Option<&SyncError>) -> Ended {
    let sum = |of: fn(&Tally) -> u64| tallies.values().map(of).sum();
    let all = Tally {
        due: sum(|one| one.due),
        asked: sum(|one| one.asked),
        answered: sum(|one| one.answered),
        decided: sum(|one| one.decided),
        unread: sum(|one| one.unread),
        refused: sum(|one| one.refused),
    };
    let (state, reason) = match stopped {
        _ if all.due == 0 => (RunState::Succeeded, "no recommendation is due to be asked about".to_owned()),
        Some(why) => (RunState::Failed, format!("{}; {why}", sentence(&all))),
        None => (RunState::Succeeded, sentence(&all)),
    };
    // The next run asks again; a refused password must not be tried again.
    Ended {
        state,
        reason,
        records: Some(all.answered),
        expected: Some(all.due.div_ceil(2)),
        doubt: None,
        may_repeat: false,
    }
}

impl Sender {
    /// Whether the GMC refused us as a caller, and has not answered since.
    async fn is_refused(&self) -> Result<bool, SyncError> {
        Ok(self.gmc.is_refused() || intent::is_refused(&mut self.store.read().await?).await?)
    }

    /// Forgets the words of what was settled long ago; gives of how many.
    async fn forget_words(&self) -> Result<u64, SyncError> {
        let before = self.clock.now().saturating_sub(self.keep_words).unwrap_or(Timestamp::MIN);
        let mut tx = self.store.begin().await?;
        let forgotten = intent::forget(&mut tx, before).await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Asks about one and keeps the answer; nothing if another node was quicker.
    async fn ask(&self, row: &RecommendationRow) -> Result<Option<Answer>, SyncError> {
        // What is rehearsed is the way of a wish; a question may be put again.
        let line = match self.lines.clone().before(Witness::default()).open().await {
            Ok(line) => line,
            Err(error) => return Ok(Some(Answer::None(error))),
        };
        let submission = row.submission.as_ref();
        let intent = submission.map(|submission| submission.intent_id.as_str()).unwrap_or_default();
        let gmc_id = submission.and_then(|submission| submission.gmc_id.as_deref()).unwrap_or_default();
        let fields = [
            ("DesignatedBodyId", row.body.as_str()),
            ("ClientRequestId", intent),
            ("InternalUserId", self.lines.internal_user()),
            ("GMCReferenceNumber", row.number.as_str()),
            ("RecommendationId", gmc_id),
        ];
        let heard = line.say(Operation::CheckRecommendationStatus, &fields, Instant::now()).await;
        self.keep_answer(row, heard).await
    }

    /// Keeps an answer, and closes what it decides; no answer leaves only the next question later.
    async fn keep_answer(&self, row: &RecommendationRow, heard: Heard) -> Result<Option<Answer>, SyncError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if !recommendation::asked(&mut tx, row, next(row.asks, now)).await? {
            return Ok(None);
        }
        let answer = match heard {
            Heard::Whole(fields) => {
                let (code, status, outcome) = read(&fields);
                recommendation::add_answer(&mut tx, &row.id, (code, status), outcome.as_ref(), now).await?;
                let is_unread = matches!(outcome, Some(Outcome::Unrecognised(_)));
                let outcome = outcome.map(|outcome| after(row.outcome.clone(), outcome));
                let mut is_decided = outcome.is_some_and(|outcome| outcome.is_decided());
                if is_decided {
                    is_decided = recommendation::close(&mut tx, row, now).await?;
                }
                if is_decided {
                    owe_letters(&mut tx, row, now).await?;
                }
                tracing::info!(recommendation_id = %row.id, code, is_decided, "outcome_asked");
                match code {
                    "99" => Answer::None(refusal()),
                    _ => Answer::Whole { is_decided, is_unread, is_refused: code != "0" },
                }
            }
            Heard::NothingWritten(error) | Heard::Broken(error) => Answer::None(error),
        };
        tx.commit().await?;
        Ok(Some(answer))
    }
}

/// Puts a letter into the outbox for who drafted it and who submitted it, where they want one.
async fn owe_letters(tx: &mut Tx, row: &RecommendationRow, now: Timestamp) -> Result<(), SyncError> {
    let submitted_by = row.submission.as_ref().map(|submission| submission.by.as_str());
    for actor in submitted_by.into_iter().chain([row.drafted_by.as_str()]) {
        if let Some(name) = actor.strip_prefix("user:") {
            store::letter::owe(tx, name, &row.id, now).await?;
        }
    }
    Ok(())
}

/// Code and status as received, and the outcome where the code is the success.
fn read(fields: &Fields) -> (&str, &str, Option<Outcome>) {
    let (code, status) =
        (fields.get("ReturnCode").unwrap_or_default(), fields.get("Status").unwrap_or_default());
    let outcome = (code == "0").then(|| Outcome::read(status));
    (code, status, outcome)
}

fn refusal() -> Incomplete {
    Incomplete::new(Class::Credentials, Code::read("99").sentence())
}

fn next(asks: u64, now: Timestamp) -> Timestamp {
    let wait = if asks < 24 { SOON } else { LATER };
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}
