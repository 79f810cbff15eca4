//! Operational procedures: what each would do, how each of its steps is done, proven and taken back. How a play is kept, and who may
//! begin it, is no knowledge of theirs.

mod balancer;
mod rolling;
mod view;

use clap::ValueEnum;
use domain::play::{Plan, Step};
use sha2::{Digest, Sha256};

use crate::exit::{Exit, Failure};
use crate::wiring::{House, build};

/// A procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Procedure {
    /// Restart every node, one after the other, out of the balance while it is done.
    RollingRestart,
    /// Make the rows that people see anew from the lists and TIS.
    RebuildView,
}

impl Procedure {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::RollingRestart => "rolling-restart",
            Self::RebuildView => "rebuild-view",
        }
    }

    /// What it would do now, and what it changes of that while it works: nothing.
    pub async fn plan(self, house: &House) -> Result<Plan, Failure> {
        let (state, steps) = match self {
            Self::RollingRestart => rolling::plan(house).await?,
            Self::RebuildView => view::plan(house).await?,
        };
        Ok(Plan {
            procedure: self.word().to_owned(),
            build: build(),
            state: state.into_iter().collect(),
            steps,
        })
    }

    /// Does one step; says what was seen afterwards. A step that was done and not written down is done again: each may be.
    pub async fn step(self, house: &House, step: &Step, reason: &str) -> Result<String, Failure> {
        match self {
            Self::RollingRestart => rolling::step(house, &step.name).await,
            Self::RebuildView => view::step(house, reason).await,
        }
    }

    /// Looks whether everything is as it was meant.
    pub async fn verify(self, house: &House) -> Result<String, Failure> {
        match self {
            Self::RollingRestart => rolling::verify(house).await,
            Self::RebuildView => view::verify(house).await,
        }
    }

    /// Takes back what can be.
    pub async fn undo(self, house: &House) -> Result<String, Failure> {
        match self {
            Self::RollingRestart => rolling::undo(house).await,
            Self::RebuildView => Ok(view::NOTHING_TO_UNDO.to_owned()),
        }
    }
}

/// The first twelve digits of a text's digest.
pub fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// What a plan was made against, and its steps.
type Planned = (Vec<(String, String)>, Vec<Step>);

fn unavailable(sentence: impl Into<String>) -> Failure {
    Failure::new(Exit::Unavailable, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_procedure_has_its_page() {
        for procedure in Procedure::value_variants() {
            let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/procedures");
            let text =
                std::fs::read_to_string(page.join(format!("{}.md", procedure.word()))).expect("a page");
            for part in ["## What it does", "## How", "## When "] {
                assert!(text.contains(part), "{}: {part}", procedure.word());
            }
        }
    }
}
