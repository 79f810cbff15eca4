//! The wrong job: what somebody asked for who meant another, what that one alone would leave old, and what does it all.

use domain::job::Job;
use jiff::Timestamp;
use store::list::TIS;

use crate::cli::say::instant;
use crate::config::nearest;
use crate::exit::{Exit, Failure};
use crate::wiring::House;

/// Says that there is no such job, which one is near, and what would stay old. Source: 18 November 2020, 10:25.
pub async fn refusal(house: &House, name: &str) -> Result<Failure, Failure> {
    let jobs = &house.config.jobs;
    let Some((called, job)) = near(jobs, name) else {
        let known: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
        let sentence = format!(
            "there is no job {name}, so nothing was refreshed; there are: {}. `reval refresh` runs all in order",
            known.join(", ")
        );
        return Ok(Failure::new(Exit::Usage, sentence));
    };
    let mut said = format!(
        "there is no job {name}, so nothing was refreshed. The nearest is {called}, which is {} here: {}",
        job.name, job.sentence
    );
    for other in jobs.iter().filter(|other| other.name != job.name && brings_lists(other)) {
        said.push_str(&format!(
            " It would not refresh what {} brings{}.",
            other.name,
            age(house, other).await?
        ));
    }
    let order: Vec<&str> = jobs.iter().filter(|job| brings_lists(job)).map(|job| job.name.as_str()).collect();
    said.push_str(&format!(" `reval refresh` runs all in order: {}", order.join(", then ")));
    Ok(Failure::new(Exit::Usage, said))
}

/// The job whose name or alias is near what was typed, and which of the two it is.
fn near<'a>(jobs: &'a [Job], typed: &str) -> Option<(&'a str, &'a Job)> {
    let names = jobs.iter().flat_map(|job| [(job.name.as_str(), job), (job.alias.as_str(), job)]);
    let names: Vec<(&str, &Job)> = names.filter(|(name, _)| !name.is_empty()).collect();
    let begins = |(name, _): &&(&str, &Job)| name.starts_with(typed);
    if let Some(found) = names.iter().find(begins).filter(|_| typed.len() > 2) {
        return Some(*found);
    }
    let meant = nearest::nearest(typed, names.iter().map(|(name, _)| *name))?;
    let slips = nearest::distance(typed, meant);
    names.into_iter().find(|(name, _)| *name == meant && slips * 3 <= name.len())
}

/// Whether a job is part of what `reval refresh` runs.
fn brings_lists(job: &Job) -> bool {
    [sync::night::JOB, sync::tis::JOB].contains(&job.name.as_str())
}

/// How old the lists are that a job brings.
async fn age(house: &House, job: &Job) -> Result<String, Failure> {
    let brings = |code: &str| match job.name.as_str() {
        sync::tis::JOB => code == TIS,
        sync::night::JOB => code != TIS,
        _ => false,
    };
    let lists = store::list::all(&mut house.store.read().await?).await?;
    let ages = lists.iter().filter(|list| brings(&list.code)).filter_map(|list| list.data_as_of);
    let oldest: Option<Timestamp> = ages.min();
    Ok(oldest.map_or_else(String::new, |at| format!(", of which the oldest is as of {}", instant(at))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wiring::settings;

    #[test]
    fn the_wrong_job_of_2020_is_near_the_right_one() {
        let (config, _) = settings(None).expect("the defaults");
        let cases = [
            ("intrepid-reval-etl", Some("intrepid-reval-etl-all-prod")),
            ("gmc-sync-prd", Some("gmc-sync-prod")),
            ("gmc", Some("gmc-sync")),
            ("tis-enrichh", Some("tis-enrich")),
            ("ndw-etl-prod", None),
            ("x", None),
            ("", None),
        ];
        for (typed, meant) in cases {
            assert_eq!(near(&config.jobs, typed).map(|(name, _)| name), meant, "{typed}");
        }
    }
}
