//! Nights end in the same published data whatever the order of the bodies, and however often they are run.

use std::path::PathBuf;

use drill::sandbox::{ENVIRONMENT, Furniture};
use drill::{Place, Sandbox};
use simulator::story::Story;
use tempfile::TempDir;

/// A sandbox whose last night moves a doctor from one body to another, sets records aside and changes much.
async fn sandbox() -> (Sandbox, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let story = Story::new(7, 485, jiff::civil::date(2026, 11, 16)).unwrap();
    let furniture = Furniture {
        folder: folder.path().to_owned(),
        store_url: None,
        environment: ENVIRONMENT,
        world: story.world,
    };
    let place = Place { store_url: None, program: PathBuf::new(), doctors: 485 };
    (Sandbox::with(&furniture, &place).await.unwrap(), folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_in_another_order_and_nights_run_twice_end_in_the_same_data() {
    let (mut plain, _one) = sandbox().await;
    let (mut reversed, _two) = sandbox().await;
    let (mut twice, _three) = sandbox().await;
    reversed.context.bodies.reverse();
    for sandbox in [&mut plain, &mut reversed, &mut twice] {
        sandbox.good_nights(5).await.unwrap();
    }
    for night in 6..=7 {
        for sandbox in [&mut plain, &mut reversed, &mut twice] {
            sandbox.begin(night).unwrap();
            sandbox.gmc_sync().await.unwrap();
        }
        let again = twice.gmc_sync().await.unwrap();
        let moved: u64 = again.lists.iter().map(|list| list.account.new + list.account.changed).sum();
        assert_eq!(moved, 0, "a second run of night {night} finds no difference");
        for sandbox in [&plain, &reversed, &twice] {
            sandbox.tis_enrich().await.unwrap();
        }
        let expected = plain.digest().await.unwrap();
        assert_eq!(reversed.digest().await.unwrap(), expected, "night {night}, bodies in reverse");
        assert_eq!(twice.digest().await.unwrap(), expected, "night {night}, run twice");
    }
}
