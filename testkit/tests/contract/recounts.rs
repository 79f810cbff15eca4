//! What a fresh count at the GMC left beside ours: by run, and the newest of each list.

use domain::ids::BodyCode;
use domain::recount::{Recount, Verdict};
use store::run::{NewRun, begin_manual, settle};
use store::{list, recount};

use super::*;

fn counted(run: &str, body: &str, at: i64, gmc: Option<u64>) -> Recount {
    let verdict = match gmc {
        None => Verdict::Unknown,
        Some(2) => Verdict::Equal,
        Some(_) => Verdict::Differs,
    };
    Recount {
        body: BodyCode::new(body),
        run_id: run.to_owned(),
        at: hour(at),
        gmc_count: gmc,
        our_count: 2,
        verdict,
        reason: if gmc == Some(2) { String::new() } else { "a reason".to_owned() },
    }
}

async fn run(tx: &mut Tx, id: &str) -> Outcome {
    let new = NewRun { id, job: "gmc-sync", requested_by: "drill", build: "1", config_hash: "0" };
    begin_manual(tx, &new, hour(0)).await?;
    settle(tx, id, (domain::run::RunState::Succeeded, ""), hour(1)).await.map(drop)
}

#[tokio::test]
async fn the_newest_count_of_each_list_is_found_and_the_newest_that_could_be_compared() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        for id in ["run-1", "run-2"] {
            run(&mut tx, id).await?;
        }
        let (good, cut) = (counted("run-1", A, 1, Some(2)), counted("run-2", A, 2, None));
        let apart = counted("run-1", B, 1, Some(5));
        for one in [&good, &cut, &counted("run-1", B, 0, None), &apart] {
            recount::insert(&mut tx, one).await?;
        }
        let of_run = recount::of_run(&mut tx, "run-1").await?;
        assert_eq!(
            of_run,
            [apart.clone(), good.clone()],
            "{engine:?}: a later count of a run replaces the first"
        );
        assert_eq!(recount::newest(&mut tx).await?, [apart.clone(), cut], "{engine:?}");
        assert_eq!(recount::judged(&mut tx).await?, [apart, good], "{engine:?}");
        tx.commit().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_list_is_counted_row_by_row_and_its_counts_follow_it_to_a_new_code() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        list::ensure(&mut tx, A, hour(0)).await?;
        let kept = Entry { presence: Presence::NotConfirmed, ..entry(2, "{}") };
        publish(&mut tx, &next(A, 0, hour(0)), &[], &[entry(1, "{}"), kept, entry(3, "{}")]).await?;
        publish(&mut tx, &next(A, 1, hour(1)), &[number(3)], &[]).await?;
        let standing = store::entry::count(&mut tx, A).await?;
        assert_eq!((standing.doctors, standing.not_confirmed), (2, 1), "{engine:?}");
        assert_eq!(store::entry::count(&mut tx, B).await?.doctors, 0, "{engine:?}");
        run(&mut tx, "run-1").await?;
        recount::insert(&mut tx, &counted("run-1", A, 1, Some(2))).await?;
        assert!(list::rename(&mut tx, A, "1-NEW", hour(2)).await?);
        assert_eq!(recount::newest(&mut tx).await?, [counted("run-1", "1-NEW", 1, Some(2))], "{engine:?}");
        tx.commit().await?;
    }
    Ok(())
}
