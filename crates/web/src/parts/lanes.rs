//! Small pictures of runs. Whatever they show stands beside them in words: no state is told by colour alone.

use askama::Template;
use domain::run::RunState;

/// How a state is coloured: the colours of its tag, strong enough on white.
pub fn fill(state: RunState) -> &'static str {
    match state {
        RunState::Succeeded => "#007f3b",
        RunState::Suspect => "#d46d00",
        RunState::Failed | RunState::Missed => "#d5281b",
        RunState::Running => "#005eb8",
        RunState::Due | RunState::Skipped | RunState::Cancelled => "#768692",
    }
}

/// A run as a small bar.
#[derive(Clone, Debug)]
pub struct RunBar {
    /// From the left.
    pub x: usize,
    /// From the top.
    pub y: u64,
    /// How long it took, beside the longest.
    pub height: u64,
    /// Its colour.
    pub fill: &'static str,
    /// What it was.
    pub title: String,
}

/// Runs beside each other, the newest at the right.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/bars.html")]
pub struct Bars {
    /// The bars.
    pub bars: Vec<RunBar>,
    /// All of them in words.
    pub label: String,
}

impl Bars {
    /// Bars of states, titles, and how long each took in milliseconds.
    pub fn of(runs: &[(RunState, String, u64)]) -> Self {
        let longest = runs.iter().map(|(.., took)| *took).max().unwrap_or_default().max(1);
        let bar = |(nth, (state, title, took)): (usize, &(RunState, String, u64))| {
            // Also what took no time at all is seen.
            let height = 4 + took * 20 / longest;
            RunBar { x: nth * 10, y: 24 - height, height, fill: fill(*state), title: title.clone() }
        };
        let words: Vec<&str> = runs.iter().map(|(state, ..)| state.word()).collect();
        let label = format!("The last runs, the newest last: {}", words.join(", "));
        Self { bars: runs.iter().enumerate().map(bar).collect(), label }
    }
}

/// A time at work on a lane.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// From the left.
    pub x: i64,
    /// How wide.
    pub width: i64,
    /// Its colour.
    pub fill: &'static str,
    /// What it was.
    pub title: String,
}

/// All of one job.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The job.
    pub name: String,
    /// Its runs.
    pub stretches: Vec<Stretch>,
}

/// Lanes over one axis of time, 900 wide.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/timeline.html")]
pub struct Timeline {
    /// In words what it shows.
    pub label: String,
    /// Where each full hour that is named stands, and its name.
    pub hours: Vec<(i64, String)>,
    /// The lanes, one below the other.
    pub lanes: Vec<Lane>,
}

impl Timeline {
    /// How wide the axis is.
    pub const WIDTH: i64 = 900;

    fn height(&self) -> usize {
        30 + self.lanes.len() * 40
    }
}
