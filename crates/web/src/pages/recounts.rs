//! "GMC says N, we show N": what a fresh count at the GMC said beside each of our lists.

use domain::recount::{Recount, Verdict};
use jiff::Timestamp;

use crate::App;
use crate::moment::{Moment, count};
use crate::parts::{Cell, Table};
use crate::words;

/// What the GMC says of a list, with why where it is not what we show.
pub fn told(recount: Option<&Recount>) -> Cell {
    let Some(recount) = recount else { return Cell::Hint("not counted yet".to_owned()) };
    let number = recount.gmc_count.map_or_else(|| Cell::Hint("no number".to_owned()), Cell::count);
    let mut all = vec![number];
    match recount.verdict {
        Verdict::Equal => return Cell::Stack(all),
        Verdict::Unknown => {}
        verdict => all.push(Cell::Tag(words::recount(verdict))),
    }
    all.push(Cell::Hint(recount.reason.clone()));
    Cell::Stack(all)
}

/// The same in a line.
pub fn line(recount: Option<&Recount>, now: Timestamp) -> String {
    let Some(recount) = recount else { return String::new() };
    let told = recount.gmc_count.map_or_else(|| "no number".to_owned(), count);
    let why = if recount.reason.is_empty() { String::new() } else { format!(": {}", recount.reason) };
    let ago = Moment::of(recount.at, now).ago;
    format!("GMC says {told}, we show {} (counted {ago}){why}.", count(recount.our_count))
}

/// Both counts of each list after a run.
pub fn table(app: &App, recounts: &[Recount], now: Timestamp) -> Table {
    let rows = recounts.iter().map(|recount| {
        vec![
            Cell::text(app.ops.name_of(recount.body.as_str())),
            recount.gmc_count.map_or_else(|| Cell::Hint("no number".to_owned()), Cell::count),
            Cell::count(recount.our_count),
            Cell::Stack(vec![
                Cell::Tag(words::recount(recount.verdict)),
                Cell::text(recount.reason.as_str()),
            ]),
            Cell::at(recount.at, now),
        ]
    });
    let titles = ["List", "#GMC says", "#We show", "Which is", "Counted"];
    Table::new("recounts", "Counted again at the GMC after this run", &titles)
        .filled(rows, "Nothing was counted again after this run.")
}
