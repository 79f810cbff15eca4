//! What a reading of TIS leaves: found again under its run, the newest of several.

use std::collections::BTreeMap;

use domain::ids::BodyCode;
use domain::scope::Actor;
use domain::tis_reading::{JoinedList, TisReading};
use domain::tis_rules::TisAccount;
use store::list::TIS;
use store::{list, snapshot, tis_reading};

use super::*;

fn reading(kept: u64) -> TisReading {
    let account = TisAccount {
        read: kept,
        kept,
        marked: BTreeMap::from([("mark".to_owned(), kept)]),
        ..TisAccount::default()
    };
    let list = JoinedList { body: BodyCode::new(A), snapshot: 7, as_of: Some(hour(1)) };
    TisReading::after(None, account, hour(2), vec![list])
}

#[tokio::test]
async fn the_last_reading_of_the_run_that_published_stands_behind_the_records() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        list::ensure(&mut tx, TIS, hour(0)).await?;
        assert_eq!(tis_reading::published(&mut tx).await?, None, "{engine:?}");
        let job = Actor::job("tis-enrich");
        for (id, run, kept) in [("r-1", "run-1", 1), ("r-2", "run-1", 2), ("r-3", "run-2", 3)] {
            tis_reading::insert(&mut tx, (&job, id), run, &reading(kept), hour(3)).await?;
        }
        tx.commit().await?;
        let mut tx = store.begin().await?;
        assert_eq!(tis_reading::published(&mut tx).await?, None, "{engine:?}: nothing is published yet");
        snapshot::publish(&mut tx, &next(TIS, 0, hour(2)), hour(4)).await?;
        assert_eq!(tis_reading::published(&mut tx).await?, Some(reading(2)), "{engine:?}");
        assert_eq!(tis_reading::of_run(&mut tx, "run-2").await?, Some(reading(3)), "{engine:?}");
        assert_eq!(tis_reading::of_run(&mut tx, "run-3").await?, None, "{engine:?}");
        tx.commit().await?;
    }
    Ok(())
}
