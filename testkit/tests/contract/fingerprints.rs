//! Fingerprints: a row of its own for each change, and the newest comparison with each instance.

use std::collections::BTreeMap;

use domain::fingerprint::Fingerprint;
use domain::parity::compare;
use store::fingerprint::{self, Compared};
use testkit::engines;

use super::{Outcome, hour};

fn made(node: &str, build: &str, at: i64) -> Fingerprint {
    Fingerprint {
        environment: "test".to_owned(),
        node: node.to_owned(),
        made_at: hour(at),
        built_on: None,
        config_hash: "abc".to_owned(),
        certificates: Vec::new(),
        played: Vec::new(),
        facts: BTreeMap::from([("build".to_owned(), build.to_owned())]),
    }
}

#[tokio::test]
async fn a_node_has_a_row_for_each_change_of_what_it_is_made_of() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        for one in [made("a", "1", 1), made("a", "1", 2), made("a", "2", 3), made("b", "1", 3)] {
            fingerprint::record(&mut tx, &one).await?;
        }
        let all = fingerprint::since(&mut tx, hour(0)).await?;
        assert_eq!(all, [made("a", "1", 1), made("a", "2", 3), made("b", "1", 3)], "{engine:?}");
        let later = fingerprint::since(&mut tx, hour(3)).await?;
        assert_eq!(later.len(), 2, "{engine:?}: the first of a was last so at 2");
        fingerprint::record(&mut tx, &made("a", "3", 24 * 401)).await?;
        let all = fingerprint::since(&mut tx, hour(0)).await?;
        assert_eq!(all, [made("a", "3", 24 * 401)], "{engine:?}: what is long past is forgotten");
    }
    Ok(())
}

#[tokio::test]
async fn the_newest_comparison_with_an_instance_stands_in_place_of_the_one_before() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        let compared = |build: &str, at| Compared {
            instance: "live".to_owned(),
            at: hour(at),
            since: hour(1),
            parity: compare(&made("a", "1", 1), &made("b", build, 1), &[], hour(1)),
        };
        for one in [compared("1", 1), compared("2", 2)] {
            fingerprint::save(&mut tx, &one).await?;
        }
        let read = fingerprint::compared(&mut tx).await?;
        assert_eq!(read, [compared("2", 2)], "{engine:?}");
        assert_eq!(read[0].parity.undeclared().count(), 1, "{engine:?}");
    }
    Ok(())
}
