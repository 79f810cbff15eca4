//! What a drill found: sentences that must be true, each with what was seen.

use std::fmt::Display;

use serde::Serialize;

/// One sentence that must be true.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// What must hold.
    pub sentence: String,
    /// Whether it did.
    pub holds: bool,
    /// What was seen.
    pub seen: String,
}

/// The facts of one drill, in the order they were looked at.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Facts(Vec<Fact>);

impl Facts {
    /// States a fact and what was seen.
    pub fn state(&mut self, sentence: impl Into<String>, holds: bool, seen: impl Display) {
        self.0.push(Fact { sentence: sentence.into(), holds, seen: seen.to_string() });
    }

    /// States that two things are the same.
    pub fn same<T: PartialEq + std::fmt::Debug>(
        &mut self,
        sentence: impl Into<String>,
        seen: &T,
        expected: &T,
    ) {
        let told = if seen == expected { format!("{seen:?}") } else { format!("{seen:?}, not {expected:?}") };
        self.state(sentence, seen == expected, told);
    }

    /// All facts.
    pub fn all(&self) -> &[Fact] {
        &self.0
    }

    /// Whether there are facts and each holds.
    pub fn hold(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|fact| fact.holds)
    }

    /// The facts that do not hold, a line each.
    pub fn broken(&self) -> String {
        let broken = self.0.iter().filter(|fact| !fact.holds);
        broken.map(|fact| format!("{}: {}", fact.sentence, fact.seen)).collect::<Vec<_>>().join("\n")
    }
}
