//! A small table: medians, spread and the ratio to the first contestant.

use std::time::Duration;

use crate::Cost;

/// A table with its title.
pub struct Table {
    title: String,
}

impl Table {
    pub fn new(title: String) -> Self {
        Self { title }
    }

    pub fn print(&self, contestants: &[(&str, &[Cost])]) {
        println!("{}", self.title);
        println!("  {:<8} {:>9} {:>19} {:>9} {:>7}", "", "wall", "spread", "cpu", "ratio");
        let base = contestants.first().map_or(Duration::ZERO, |(_, costs)| median(costs, |cost| cost.wall));
        for (name, costs) in contestants {
            let wall = median(costs, |cost| cost.wall);
            let all = costs.iter().map(|cost| cost.wall);
            let (low, high) = (all.clone().min().unwrap_or_default(), all.max().unwrap_or_default());
            println!(
                "  {name:<8} {:>6.0} ms {:>7.0} to {:>5.0} ms {:>6.0} ms {:>6.2}x",
                ms(wall),
                ms(low),
                ms(high),
                ms(median(costs, |cost| cost.cpu)),
                wall.as_secs_f64() / base.as_secs_f64()
            );
        }
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(costs: &[Cost], of: impl Fn(&Cost) -> Duration) -> Duration {
    let mut times: Vec<Duration> = costs.iter().map(of).collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
