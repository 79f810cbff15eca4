//! Much at once, from the ledger to the message.

use domain::clock::Clock as _;
use watch::deliver::Rest;

use super::delivery::{clock, delivery};
use super::receiver::Receiver;
use super::*;

/// A declared job like the sample's, of another name.
fn like_job(watch: &Watch, name: &str) -> Job {
    Job { name: name.to_owned(), ..watch.declared.jobs[0].clone() }
}

#[tokio::test]
async fn a_thousand_runs_that_fail_are_one_message_with_a_count() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (clock, receiver) = (clock(), Receiver::start().await);
        let hook = receiver.webhook("chat");
        let delivery = delivery(&store, &clock, std::slice::from_ref(&hook), Policy::to("chat", None));
        let mut watch = watch(&store, &clock, "a");
        watch.declared.jobs = (0..1_000).map(|nth| like_job(&watch, &format!("job-{nth}"))).collect();
        let mut tx = store.begin().await?;
        for job in &watch.declared.jobs {
            let run = format!("run-{}", job.name);
            let new = NewRun { job: &job.name, ..like(&run) };
            store::run::begin_manual(&mut tx, &new, clock.now()).await?;
            store::run::settle(&mut tx, &run, (RunState::Failed, "the disk broke"), clock.now()).await?;
        }
        tx.commit().await?;
        let turn = watch.turn().await?;
        assert_eq!((turn.opened, turn.notices), (1_000, 1_000), "{engine:?}");
        let sent = delivery.turn(&hook, &mut Rest::default()).await?;
        assert_eq!((sent.messages, sent.notifications), (1, 1_000), "{engine:?}");
        let (_, body) = receiver.got().remove(0);
        let title = body["title"].as_str().unwrap();
        assert!(body["count"] == 1_000 && title.contains("1000"), "{engine:?}: {title}");
    }
    Ok(())
}
