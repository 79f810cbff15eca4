//! Plays: one newest for each procedure, moved on by whoever saw where it stood, with the steps that were begun.

use std::collections::BTreeMap;

use domain::play::{Plan, Play, PlayState, Step};
use store::play;
use testkit::engines;

use super::{Outcome, hour};

fn made(id: &str, state: PlayState) -> Play {
    Play {
        id: id.to_owned(),
        state,
        plan_hash: format!("hash of {id}"),
        recipe: "r".to_owned(),
        plan: Plan {
            procedure: "rebuild-view".to_owned(),
            build: "1".to_owned(),
            state: BTreeMap::from([("doctors".to_owned(), "3".to_owned())]),
            steps: vec![Step { name: "swap".to_owned(), effect: "3 rows".to_owned() }],
        },
        asked_by: "os:ana".to_owned(),
        confirmed_by: String::new(),
        reason: "x".to_owned(),
    }
}

#[tokio::test]
async fn a_play_is_moved_on_once_from_where_it_stood() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        assert_eq!(play::newest(&mut tx, "rebuild-view").await?, None, "{engine:?}");
        let asked = made("1", PlayState::Waiting);
        play::insert(&mut tx, &asked, hour(1)).await?;
        assert!(play::move_on(&mut tx, &asked, PlayState::Applying, ("os:ben", "os:ben"), hour(2)).await?);
        let again =
            play::move_on(&mut tx, &asked, PlayState::Applying, ("os:eve", "os:eve"), hour(2)).await?;
        assert!(!again, "{engine:?}: it does not wait any more");
        let begun = play::newest(&mut tx, "rebuild-view").await?.unwrap();
        assert_eq!((begun.state, begun.confirmed_by.as_str()), (PlayState::Applying, "os:ben"), "{engine:?}");
        assert_eq!(begun.plan, asked.plan, "{engine:?}");
        play::insert(&mut tx, &made("2", PlayState::Applying), hour(3)).await?;
        assert_eq!(
            play::newest(&mut tx, "rebuild-view").await?,
            Some(made("2", PlayState::Applying)),
            "{engine:?}"
        );
        assert!(play::verified(&mut tx).await?.is_empty(), "{engine:?}");
        assert!(play::move_on(&mut tx, &begun, PlayState::Verified, ("os:ben", ""), hour(4)).await?);
        let verified = play::verified(&mut tx).await?;
        assert_eq!(verified, [("rebuild-view".to_owned(), "r".to_owned())], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_step_that_is_tried_again_is_one_row_until_it_is_done() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        play::insert(&mut tx, &made("1", PlayState::Applying), hour(1)).await?;
        for at in [1, 2] {
            play::begin_step(&mut tx, "1", (0, "swap"), "os:ana", hour(at)).await?;
        }
        let open = play::steps(&mut tx, "1").await?;
        assert_eq!((open.len(), open[0].began_at, open[0].ended_at), (1, hour(2), None), "{engine:?}");
        play::finish_step(&mut tx, "1", (0, "3 rows"), "os:ana", hour(3)).await?;
        let done = play::steps(&mut tx, "1").await?;
        assert_eq!((done[0].ended_at, done[0].evidence.as_str()), (Some(hour(3)), "3 rows"), "{engine:?}");
    }
    Ok(())
}
