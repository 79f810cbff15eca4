//! The matrix of deaths.

use std::time::Duration;

use domain::sending::{Point, Standing, Wish};
use futures_util::StreamExt as _;
use simulator::{Fault, Rule};
use testkit::engines;

use super::house::{House, REHEARSED, dies_at};

const POINTS: [Point; 6] =
    [Point::Open, Point::BeforeClaimed, Point::Claimed, Point::Heard, Point::BeforeSettled, Point::Settled];

/// What the GMC does with the one call that is made before the death.
fn replies() -> Vec<Option<Fault>> {
    vec![
        None,
        Some(Fault::LostReply),
        Some(Fault::Late(30)),
        Some(Fault::Page),
        Some(Fault::DoneButPage),
        Some(Fault::DoneButCode("98".into())),
        Some(Fault::Code("98".into())),
        Some(Fault::Cut(250)),
        Some(Fault::SoapFault),
    ]
}

/// Sends one wish, dies at a point, lets another node go on, and compares what is said with what is so.
async fn dies(house: &House, wish: Wish, reply: Option<Fault>, point: Point) -> String {
    let doctor = house.doctor(if wish == Wish::Recommend { "Yes" } else { "No" });
    house.wish("i-1", wish, &doctor).await;
    if let Some(fault) = reply {
        let operations = ["TryAddDoctor", "TryRemoveDoctor", "TryRecommendationV2"];
        let once = |operation| Rule { to_call: Some(1), ..Rule::everywhere(fault.clone()).of(operation) };
        house.simulator.set_faults(operations.into_iter().map(once).collect());
    }
    let sender = house.sender("node-a", dies_at(point));
    let end = tokio::spawn(async move { sender.send_next().await }).await;
    assert!(end.is_err(), "{point:?} was never reached");
    // What travels arrives before the lease is over.
    tokio::time::sleep(Duration::from_millis(60)).await;
    house.another_node_goes_on().await;
    let (row, holds) = (house.row("i-1").await, house.holds(wish, &doctor));
    let told = format!("{wish:?} {point:?}: {:?} while the GMC {holds}", row.standing);
    assert!(house.carried_out() <= 1, "{told}: carried out {} times", house.carried_out());
    match row.standing {
        Standing::Accepted => assert!(holds, "{told}"),
        Standing::Unknown => assert!(row.next_look.is_some(), "{told}: nobody looks again"),
        Standing::Rejected | Standing::Abandoned | Standing::Queued | Standing::Sending => {
            panic!("{told}")
        }
    }
    told
}

/// Says nothing of a rehearsed death; every other panic is told as before.
fn rehearsed_deaths_are_quiet() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload().downcast_ref::<&str>() != Some(&REHEARSED) {
            tell(panic);
        }
    }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_any_death_the_row_agrees_with_the_gmc_or_says_that_it_does_not_know() {
    rehearsed_deaths_are_quiet();
    let mut nights = Vec::new();
    for engine in engines() {
        for wish in Wish::ALL {
            for reply in replies() {
                nights.extend(POINTS.map(|point| (engine, wish, reply.clone(), point)));
            }
        }
    }
    assert_eq!(nights.len() % 162, 0, "three wishes, nine replies, six points, on each store");
    let played = futures_util::stream::iter(nights).map(|(engine, wish, reply, point)| async move {
        let house = House::new(engine).await;
        let name = format!("{engine:?} {reply:?}");
        let end = tokio::spawn(async move { dies(&house, wish, reply, point).await }).await;
        end.map_err(|error| format!("{name}: {error}"))
    });
    let ends: Vec<Result<String, String>> = played.buffer_unordered(8).collect().await;
    let failed: Vec<String> = ends.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
