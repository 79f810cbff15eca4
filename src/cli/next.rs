//! `reval next`: the next runs of each job, in local time and UTC.

use domain::job::{self, Job, Trigger};
use domain::schedule::Due;
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{clock, settings};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval next
  reval next gmc-sync --count 10

Worked out from the settings alone, so that a changed schedule can be looked at before it counts.";

/// Show the next runs of each job.
#[derive(clap::Args)]
pub struct Args {
    /// Only this job, by name or alias.
    job: Option<String>,
    /// How many of each.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=100))]
    count: u8,
}

/// Does it.
pub fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let (config, _) = settings(common.config.as_deref())?;
    let now = clock(config.sandbox.clock_file.as_deref())?.now();
    let mut all: Vec<(&Job, Due)> = Vec::new();
    for job in chosen(&config.jobs, args.job.as_deref())? {
        let due = job::next(&config.jobs, job, now, usize::from(args.count));
        let due = due.map_err(|error| Failure::new(Exit::Invalid, format!("{}: {error}", job.name)))?;
        all.extend(due.into_iter().map(|due| (job, due)));
    }
    match common.voice() {
        Voice::Json => say_json(&all.iter().map(|(job, due)| value(job, due)).collect()),
        Voice::People => {
            table(
                &["job", "slot", "local time", "UTC"],
                all.iter().map(|(job, due)| row(job, due)).collect(),
            );
            for job in &config.jobs {
                if let Trigger::After(before) = &job.trigger {
                    line(format!("{} begins once {before} has ended with something published", job.name));
                }
            }
        }
    }
    Ok(Exit::Done)
}

/// The jobs asked for; all if none is named.
pub fn chosen<'a>(jobs: &'a [Job], name: Option<&str>) -> Result<Vec<&'a Job>, Failure> {
    let Some(name) = name else { return Ok(jobs.iter().collect()) };
    let known: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    let sentence = || format!("there is no job {name}; there are: {}", known.join(", "));
    job::find(jobs, name).map(|job| vec![job]).ok_or_else(|| Failure::new(Exit::NotFound, sentence()))
}

fn row(job: &Job, due: &Due) -> Vec<String> {
    let local = due.at.to_zoned(job.zone.clone()).strftime("%a %Y-%m-%d %H:%M %Z").to_string();
    vec![job.name.clone(), due.slot.to_string(), local, due.at.strftime("%Y-%m-%d %H:%M").to_string()]
}

fn value(job: &Job, due: &Due) -> Value {
    let local = due.at.to_zoned(job.zone.clone()).strftime("%Y-%m-%dT%H:%M%:z").to_string();
    json!({ "job": job.name, "slot": due.slot.to_string(), "local": local, "at": due.at })
}
