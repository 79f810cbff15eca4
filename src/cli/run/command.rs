//! A declared command, begun by a person: the same path as by the schedule.

use domain::job::Job;
use domain::run::RunState;
use jobs::program::Program;
use jobs::{Start, command};
use serde_json::json;

use super::work;
use crate::cli::say::{Voice, either};
use crate::exit::{Exit, Failure};
use crate::wiring::House;

/// Runs it and says how it ended; 0 only if it succeeded.
pub async fn run(house: &House, voice: Voice, job: &Job, program: &Program) -> Result<Exit, Failure> {
    let _work = work(house).await?;
    let ledger = house.ledger();
    let begun = ledger.begin(&job.name, &house.actor(""), Start::Due).await?;
    let (state, reason) = command::carry_out(&ledger, program, &begun).await?;
    let id = &begun.work.run_id;
    let text =
        format!("{}: {reason} (run {id}); `reval runs show {id} --log` shows what it said", state.word());
    let value = json!({ "run_id": id, "job": job.name, "state": state.word(), "reason": reason });
    either(voice, text, &value);
    Ok(if state == RunState::Succeeded { Exit::Done } else { Exit::Refused })
}
