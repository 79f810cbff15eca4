//! One small chart of bars, drawn here: it needs no script, and the table beside it says the same.

use askama::Template;

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What stands below it.
    pub label: String,
    /// How much.
    pub value: u64,
}

/// A chart of bars.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/chart.html")]
pub struct Chart {
    /// An id of its own on the page.
    pub id: &'static str,
    /// What it shows, for those who do not see it.
    pub title: String,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// Widths and heights, units of the drawing.
const STEP: u64 = 60;
const HEIGHT: u64 = 120;

/// A bar as it is drawn.
struct Drawn<'a> {
    bar: &'a Bar,
    x: u64,
    middle: u64,
    y: u64,
    height: u64,
}

impl Chart {
    /// The bars with their places; the highest fills the drawing.
    fn drawn(&self) -> Vec<Drawn<'_>> {
        let most = self.bars.iter().map(|bar| bar.value).max().unwrap_or_default().max(1);
        let mut drawn = Vec::new();
        for (at, bar) in (0..).zip(&self.bars) {
            let height = (bar.value * HEIGHT).div_ceil(most);
            let (x, middle) = (at * STEP + 6, at * STEP + STEP / 2);
            drawn.push(Drawn { bar, x, middle, y: 20 + HEIGHT - height, height });
        }
        drawn
    }

    fn width(&self) -> u64 {
        self.bars.len() as u64 * STEP
    }
}

impl Drawn<'_> {
    fn above(&self) -> u64 {
        self.y - 5
    }
}
