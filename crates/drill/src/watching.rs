//! The watch over a sandbox: the two jobs of the house, declared as they are by default.

use std::sync::Arc;

use domain::alert::Severity;
use domain::exceptions::Exceptions;
use domain::floors::Floors;
use domain::job::{Class, Deadline, Job, Trigger};
use domain::schedule::{ClockChange, Schedule};
use jiff::SignedDuration;
use jiff::civil::time;
use store::LeaseClock;
use store::list::TIS;
use watch::declared::{Declared, DeclaredList};
use watch::policy::{Policies, Policy};
use watch::turn::Watch;

use crate::sandbox::{ENVIRONMENT, Sandbox};

/// A watch that tells everything to one channel, called `chat`.
pub(crate) fn watch(sandbox: &Sandbox) -> Watch {
    let context = &sandbox.context;
    let bodies = context.bodies.iter().map(|body| list(body.as_str(), sync::night::JOB));
    Watch {
        store: context.store.clone(),
        clock: Arc::clone(&context.clock),
        lease_clock: LeaseClock::Program,
        ids: Arc::clone(&context.ids),
        declared: Declared {
            jobs: jobs(sandbox),
            lists: bodies.chain([list(TIS, sync::tis::JOB)]).collect(),
            promise: sandbox.own.promise.unwrap_or_default(),
            environment: ENVIRONMENT.to_owned(),
            public_url: "http://127.0.0.1".to_owned(),
            build: context.ledger.build.clone(),
            config_hash: context.ledger.config_hash.clone(),
        },
        node: "drill".to_owned(),
        policies: Policies::new(vec![Policy::to("chat", None)]),
    }
}

fn list(code: &str, job: &str) -> DeclaredList {
    DeclaredList { code: code.to_owned(), name: code.to_owned(), job: job.to_owned() }
}

/// The jobs of the night, as they are declared by default or by somebody's own settings.
pub(crate) fn jobs(sandbox: &Sandbox) -> Vec<Job> {
    let labels = domain::node::labels(sandbox.labels).unwrap_or_default();
    if let Some(own) = &sandbox.own.jobs {
        let of_the_night =
            own.iter().filter(|job| [sync::night::JOB, sync::tis::JOB].contains(&job.name.as_str()));
        return of_the_night.map(|job| Job { labels: labels.clone(), ..job.clone() }).collect();
    }
    // A pattern of ours that cannot be read would leave out the job, and every drill of it would fail.
    let nightly = Schedule::parse("5 0 * * *").map(Trigger::Schedule);
    let gmc = nightly.map(|trigger| job(sandbox, sync::night::JOB, trigger, ((0, 10), (2, 0))));
    let after = Trigger::After(sync::night::JOB.to_owned());
    gmc.into_iter().chain([job(sandbox, sync::tis::JOB, after, ((5, 30), (6, 0)))]).collect()
}

fn job(sandbox: &Sandbox, name: &str, trigger: Trigger, deadlines: ((i8, i8), (i8, i8))) -> Job {
    let at = |(hour, minute)| Deadline::At(time(hour, minute, 0, 0));
    Job {
        name: name.to_owned(),
        alias: String::new(),
        sentence: "As it is by default.".to_owned(),
        owner: "the revalidation team".to_owned(),
        trigger,
        labels: domain::node::labels(sandbox.labels).unwrap_or_default(),
        kind: Default::default(),
        exceptions: Exceptions::default(),
        zone: sandbox.tis.zone.clone(),
        change: ClockChange::default(),
        start_deadline: at(deadlines.0),
        finish_deadline: at(deadlines.1),
        floors: Floors { duration: SignedDuration::ZERO, records: 1 },
        fresh_within: None,
        attempts: 3,
        retry_wait: SignedDuration::from_mins(2),
        catch_up: SignedDuration::from_hours(18),
        class: Class::Repeatable,
        on_failed: Severity::Warn,
    }
}
