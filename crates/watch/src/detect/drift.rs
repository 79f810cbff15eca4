//! DRIFT: records were set aside, the GMC says another number of doctors than we show, or more trainees than before carry
//! a mark.

use std::collections::BTreeMap;

use domain::alert::{AlertKind, Severity};
use domain::recount::{Recount, Verdict};
use domain::tis_rules::{UNKNOWN_MEMBERSHIP_TYPE, UNKNOWN_OWNER};
use store::list::TIS;

use crate::declared::Declared;
use crate::facts::{Facts, MarkFact, RejectFact};
use crate::finding::Finding;

/// Rejects of one list above which the alert is loud.
const MANY_REJECTS: u64 = 10;

/// Finds lists with records set aside or another number of doctors than the GMC says, and marks that have risen.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    let mut by_list: BTreeMap<&str, Vec<&RejectFact>> = BTreeMap::new();
    for reject in &facts.rejects {
        by_list.entry(&reject.list).or_default().push(reject);
    }
    let rejects = by_list.into_iter().map(|(list, rejects)| of_list(facts, declared, list, &rejects));
    let recounts = facts.recounts.iter().filter(|recount| recount.verdict == Verdict::Differs);
    let recounts = recounts.map(|recount| of_recount(declared, recount));
    rejects.chain(recounts).chain(facts.marks.iter().filter_map(of_mark)).collect()
}

fn of_list(facts: &Facts, declared: &Declared, list: &str, rejects: &[&RejectFact]) -> Finding {
    let count: u64 = rejects.iter().map(|reject| reject.count).sum();
    let mut reasons: Vec<&str> = rejects.iter().map(|reject| reject.reason.as_str()).collect();
    reasons.sort_unstable();
    let fact = facts.list(list);
    Finding {
        job: declared.job_of(list).map(str::to_owned),
        bodies: vec![list.to_owned()],
        run_id: fact.and_then(|fact| fact.run_id.clone()),
        doctors: count,
        sentence: match count {
            1 => format!("One record of {list} was received and not processed."),
            many => format!("{many} records of {list} were received and not processed."),
        },
        remedy:
            "Each is shown with its reason; the source puts it right, and the next whole answer clears it."
                .to_owned(),
        command: format!("reval rejects {list}"),
        since: fact.and_then(|fact| fact.outcome_at),
        evidence: reasons.join(" "),
        ..Finding::new(
            AlertKind::Drift,
            if count > MANY_REJECTS { Severity::Warn } else { Severity::Notice },
            list,
            "rejects",
        )
    }
    .look_at("See the records", "/rejects")
}

/// The GMC and we hold different numbers of doctors, which is either a mistake of ours or a change since the run.
fn of_recount(declared: &Declared, recount: &Recount) -> Finding {
    let list = recount.body.as_str();
    let told = recount.gmc_count.unwrap_or_default();
    Finding {
        key: format!("recount/{list}"),
        job: declared.job_of(list).map(str::to_owned),
        bodies: vec![list.to_owned()],
        run_id: Some(recount.run_id.clone()),
        doctors: told.abs_diff(recount.our_count),
        sentence: format!("{} of {list}: {}.", recount.sentence(), recount.reason),
        remedy: "A count that is equal, or that a hold or records set aside explain, closes it.".to_owned(),
        command: format!("reval run gmc-sync --body {list}"),
        since: Some(recount.at),
        evidence: recount.run_id.clone(),
        ..Finding::new(AlertKind::Drift, Severity::Page, list, "recount")
    }
    .look_at("See both counts", format!("/runs/{}", recount.run_id))
}

fn of_mark(mark: &MarkFact) -> Option<Finding> {
    let what = match mark.mark.as_str() {
        UNKNOWN_MEMBERSHIP_TYPE => "a membership type that is not recognised",
        UNKNOWN_OWNER => "a programme of an office that is not recognised",
        _ => return None,
    };
    let more = mark.now.saturating_sub(mark.before);
    Some(
        Finding {
            key: format!("marked/{TIS}/{}", mark.mark),
            bodies: vec![TIS.to_owned()],
            run_id: mark.run_id.clone(),
            doctors: more,
            sentence: format!(
                "{more} trainees more than before have {what}: {} now. They are listed and marked.",
                mark.now
            ),
            remedy: "If the new name is right, add it to the reference; if not, tell the owners of TIS."
                .to_owned(),
            command:
                "the page TIS has the counts by rule; a name that is right belongs into config/reference"
                    .to_owned(),
            evidence: mark.now.to_string(),
            ..Finding::new(AlertKind::Drift, Severity::Warn, TIS, &mark.mark)
        }
        .look_at("See the counts", "/tis"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::{A, declared, facts};
    use super::*;

    #[test]
    fn records_set_aside_give_notice_and_many_a_warning() {
        for (counts, severity, said) in [
            (vec![("missing_number", 1)], Severity::Notice, "One record of 1-A was"),
            (vec![("twice", 2), ("missing_number", 1)], Severity::Notice, "3 records of 1-A were"),
            (vec![("twice", 11)], Severity::Warn, "11 records"),
        ] {
            let mut facts = facts("2026-11-25T01:00:00Z", Vec::new());
            let reject = |(reason, count): (&str, u64)| RejectFact {
                list: A.to_owned(),
                reason: reason.to_owned(),
                count,
            };
            facts.rejects = counts.into_iter().map(reject).collect();
            let found = find(&facts, &declared());
            assert_eq!((found.len(), found[0].severity), (1, severity));
            assert!(found[0].sentence.starts_with(said), "{}", found[0].sentence);
        }
    }

    #[test]
    fn a_number_that_nothing_explains_wakes_somebody() {
        let mut facts = facts("2026-11-25T01:00:00Z", Vec::new());
        let recount = |verdict| Recount {
            body: domain::ids::BodyCode::new(A),
            run_id: "run-1".to_owned(),
            at: facts.at,
            gmc_count: Some(47),
            our_count: 45,
            verdict,
            reason: "2 more than we show, and nothing explains it".to_owned(),
        };
        let all = [Verdict::Equal, Verdict::Explained, Verdict::Unknown, Verdict::Differs].map(recount);
        facts.recounts = all.into();
        let found = find(&facts, &declared());
        assert_eq!((found.len(), found[0].severity, found[0].doctors), (1, Severity::Page, 2));
        assert!(
            found[0].sentence.starts_with("GMC says 47, we show 45 of 1-A: 2 more"),
            "{}",
            found[0].sentence
        );
    }

    #[test]
    fn a_mark_that_rose_warns() {
        let mut facts = facts("2026-11-25T01:00:00Z", Vec::new());
        let mark = MarkFact { mark: UNKNOWN_OWNER.to_owned(), now: 210, before: 10, run_id: None };
        facts.marks = vec![mark.clone(), MarkFact { mark: "of no meaning".to_owned(), ..mark }];
        let found = find(&facts, &declared());
        assert_eq!((found.len(), found[0].doctors, found[0].severity), (1, 200, Severity::Warn));
    }
}
