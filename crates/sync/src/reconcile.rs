//! The GMC, the list we published and the rows that people see, compared for each body; rows that differ are made anew.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use domain::recount::{Recount, Verdict};
use domain::run::RunState;
use domain::run_log::Level;
use domain::scope::Actor;
use jobs::{Begun, Ended};
use store::evidence::Work;
use store::list::TIS;

use crate::context::{Context, Step};
use crate::error::SyncError;
use crate::night::{Report, alive};
use crate::rebuild::{self, Effect};
use crate::recount::recount;

/// The job's name.
pub const JOB: &str = "reconcile";
/// Doctors looked at with one statement. Arbitrary; it bounds memory.
const BATCH: u64 = 500;

/// Does the work of a run that has begun, and settles it.
///
/// Errors: only where the run itself cannot go on; a body whose counts differ is what it is there to say.
pub async fn carry_out(context: &Context, begun: &Begun) -> Result<Report, SyncError> {
    let work = &begun.work;
    let mut effect = None;
    let doing = async {
        effect = Some(compare(context, work).await?);
        Ok(())
    };
    if let Err(error) = alive(context, work, doing).await {
        tracing::error!(run_id = %work.run_id, attempt = work.attempt, kind = error.cause(), %error, "run_broke_off");
        if let Err(unsettled) = context.ledger.fail(work, &error.to_string()).await {
            tracing::error!(run_id = %work.run_id, error = %unsettled, "run_left_open");
        }
        return Err(error);
    }
    let recounts = store::recount::of_run(&mut context.store.read().await?, &work.run_id).await?;
    let ended = judge(&recounts, effect.as_ref());
    let (state, reason) = context.ledger.settle(work, ended).await?;
    context.step("", Step::Settled);
    tracing::info!(run_id = %work.run_id, attempt = work.attempt, state = state.word(), "run_settled");
    let (run_id, is_resumed) = (work.run_id.clone(), begun.is_resumed);
    Ok(Report { run_id, state, reason, lists: Vec::new(), recounts, is_resumed })
}

async fn compare(context: &Context, work: &Work) -> Result<Effect, SyncError> {
    context
        .tell(work, Level::Info, "compares the rows that people see with the lists they are made of")
        .await;
    let effect = rebuild::stage(context, &AtomicBool::new(false)).await?;
    if effect.is_nothing() {
        rebuild::discard(context, &effect.rebuild_id).await?;
        let said = format!("all {} rows are as the lists say", effect.checked);
        context.tell(work, Level::Info, &said).await;
    } else {
        for (list, rows) in wrong_rows(context, &effect).await? {
            let said = format!("{list}: {rows} rows were not as the lists say");
            context.tell(work, Level::Warn, &said).await;
        }
        rebuild::swap(context, &effect, (&Actor::job(JOB), Some(work))).await?;
        let said = format!("made anew: {} rows; taken away: {}", effect.rewritten, effect.dropped);
        context.tell(work, Level::Warn, &said).await;
    }
    recount(context, work, &context.bodies).await?;
    for one in store::recount::of_run(&mut context.store.read().await?, &work.run_id).await? {
        let level = if one.verdict == Verdict::Equal { Level::Info } else { Level::Warn };
        let why = if one.reason.is_empty() { String::new() } else { format!(" ({})", one.reason) };
        context.tell(work, level, &format!("{}: {}{why}", one.body, one.sentence())).await;
    }
    Ok(effect)
}

/// How many rows of each list are staged to be made anew; counts alone, nobody's name.
async fn wrong_rows(context: &Context, effect: &Effect) -> Result<BTreeMap<String, u64>, SyncError> {
    let mut wrong = BTreeMap::new();
    let mut after = String::new();
    loop {
        let mut tx = context.store.read().await?;
        let numbers = store::rebuild::page(&mut tx, &effect.rebuild_id, &after, BATCH).await?;
        let Some(last) = numbers.last() else { return Ok(wrong) };
        after = last.to_string();
        let placed = store::entry::of_doctors(&mut tx, &numbers).await?;
        for entry in placed.into_iter().filter(|entry| entry.list != TIS) {
            *wrong.entry(entry.list).or_default() += 1;
        }
    }
}

fn judge(recounts: &[Recount], effect: Option<&Effect>) -> Ended {
    let of = |verdict: Verdict| recounts.iter().filter(|one| one.verdict == verdict).count();
    let (unknown, differs) = (of(Verdict::Unknown), of(Verdict::Differs));
    let agree = recounts.len() - unknown - differs;
    let mut reason = format!("{agree} of {} lists agree with the GMC", recounts.len());
    for (count, what) in [(differs, "differ"), (unknown, "could not be counted")] {
        if count > 0 {
            reason.push_str(&format!("; {count} {what}"));
        }
    }
    let wrong = effect.map_or(0, |effect| effect.rewritten + effect.dropped);
    let doubt = (wrong > 0)
        .then(|| format!("{wrong} rows that people see were not as the lists say, and were made anew"));
    let state = match (&doubt, unknown, differs) {
        (_, 1.., _) => RunState::Failed,
        (None, 0, 0) => RunState::Succeeded,
        _ => RunState::Suspect,
    };
    // A password that is refused again and again locks the account; the next night asks anew.
    Ended {
        state,
        reason,
        records: effect.map(|effect| effect.checked),
        expected: None,
        doubt,
        may_repeat: false,
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::BodyCode;
    use jiff::Timestamp;

    use super::*;

    fn one(verdict: Verdict) -> Recount {
        Recount {
            body: BodyCode::new("1-AIIDWT"),
            run_id: "run-1".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            gmc_count: Some(1),
            our_count: 1,
            verdict,
            reason: String::new(),
        }
    }

    fn effect(rewritten: u64) -> Effect {
        Effect { rebuild_id: "r".to_owned(), checked: 40, rewritten, dropped: 0 }
    }

    #[test]
    fn it_succeeds_only_where_all_three_agree() {
        use Verdict::{Differs, Equal, Explained, Unknown};
        let cases = [
            (vec![Equal, Explained], 0, RunState::Succeeded, "2 of 2 lists agree with the GMC"),
            (vec![Equal, Differs], 0, RunState::Suspect, "1 of 2 lists agree with the GMC; 1 differ"),
            (vec![Equal, Equal], 3, RunState::Suspect, "2 of 2 lists agree with the GMC"),
            (
                vec![Equal, Unknown],
                3,
                RunState::Failed,
                "1 of 2 lists agree with the GMC; 1 could not be counted",
            ),
        ];
        for (verdicts, wrong, state, reason) in cases {
            let recounts: Vec<Recount> = verdicts.into_iter().map(one).collect();
            let ended = judge(&recounts, Some(&effect(wrong)));
            assert_eq!((ended.state, ended.reason.as_str()), (state, reason));
            assert_eq!(ended.doubt.is_some(), wrong > 0, "rows that were wrong are told");
        }
    }
}
