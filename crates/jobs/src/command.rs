//! Runs a declared command: what it says goes into the run's log, and how it ended is the run's evidence.

use std::time::Duration;

use domain::run::RunState;
use domain::run_log::{Level, Line};
use store::StoreError;
use store::evidence::Work;
use tokio::sync::mpsc;

use crate::begin::Begun;
use crate::end::Ended;
use crate::ledger::Ledger;
use crate::program::{Ending, Program, Said};

/// What a command prints on a line of its own to say how many records it took in.
const RECORDS: &str = "reval-records:";
/// Lines that wait to be written down; a program that says more waits for them.
const LINES_WAITING: usize = 256;
/// How often an attempt says that it is alive: well within its lease.
const BEAT_EVERY: Duration = Duration::from_secs(10);

/// Does the work of a run that has begun: starts the program, hears it to its end, and settles the run; gives its state
/// and why.
///
/// Errors: `Conflict` once the run is another's or was ended by a person; the program is ended with all it started.
pub async fn carry_out(
    ledger: &Ledger,
    program: &Program,
    begun: &Begun,
) -> Result<(RunState, String), StoreError> {
    let work = &begun.work;
    ledger.tell(work, &[Line::new(Level::Info, &format!("starts {}", program.file.display()))]).await?;
    let (hear, said) = mpsc::channel(LINES_WAITING);
    let (ending, records) = tokio::select! {
        biased;
        done = async { tokio::join!(program.carry(hear), write_down(ledger, work, said)) } => done,
        lost = beat(ledger, work) => return Err(lost),
    };
    let (state, reason) = judge(&ending, program, records);
    let may_repeat = !matches!(ending, Ending::NotStarted(_));
    ledger
        .settle(
            work,
            Ended { state, reason, records: Some(records), expected: None, doubt: None, may_repeat },
        )
        .await
}

fn judge(ending: &Ending, program: &Program, records: u64) -> (RunState, String) {
    match ending {
        Ending::Exited(0) => (RunState::Succeeded, format!("ended with code 0 and {records} records")),
        Ending::Exited(code) => (RunState::Failed, format!("ended with code {code}")),
        Ending::Killed => (RunState::Failed, "was killed by a signal".to_owned()),
        Ending::TimedOut => {
            let seconds = program.time_limit.as_secs();
            (
                RunState::Failed,
                format!("took longer than {seconds} seconds and was ended with all it started"),
            )
        }
        Ending::NotStarted(why) => (RunState::Failed, format!("could not be started: {why}")),
    }
}

/// Writes down what is said, as many lines at once as have come, and finds the number of records among them.
async fn write_down(ledger: &Ledger, work: &Work, mut said: mpsc::Receiver<Said>) -> u64 {
    let (mut records, mut heard) = (0, Vec::new());
    while said.recv_many(&mut heard, LINES_WAITING).await > 0 {
        let lines: Vec<Line> = heard
            .drain(..)
            .map(|line| match line {
                Said::Out(text) => {
                    let stated =
                        text.trim().strip_prefix(RECORDS).and_then(|number| number.trim().parse().ok());
                    records = stated.unwrap_or(records);
                    Line::new(Level::Info, &text)
                }
                Said::Err(text) => Line::new(Level::Warn, &text),
            })
            .collect();
        // What cannot be written down stops no work; whoever lost the run hears of it by its heartbeat.
        let _ = ledger.tell(work, &lines).await;
    }
    records
}

/// Comes back only when the lease is lost.
async fn beat(ledger: &Ledger, work: &Work) -> StoreError {
    loop {
        tokio::time::sleep(BEAT_EVERY).await;
        if let Err(lost @ StoreError::Conflict(_)) = ledger.beat_within(BEAT_EVERY, work).await {
            return lost;
        }
    }
}
