//! Looks each second whether the store answers, over a connection of its own: a node that is cut off says so at once instead of
//! letting everybody wait, and goes on over new connections once it is back.

use std::sync::Arc;
use std::time::Duration;

use store::Store;
use tokio::sync::watch;

use crate::exit::Failure;
use crate::wiring::House;

/// How often is looked.
const EVERY: Duration = Duration::from_secs(1);
/// Longest wait for one answer.
const ANSWER_MAX: Duration = Duration::from_secs(2);
/// So many looks in a row must have failed: a machine that is busy for a moment is not cut off.
const FAILED: u32 = 2;

/// Begins to look; gives what is found.
pub fn begin(house: &Arc<House>) -> Result<watch::Receiver<bool>, Failure> {
    let probe = house.probe()?;
    let (tell, found) = watch::channel(true);
    tokio::spawn(keep(Arc::clone(house), probe, tell));
    Ok(found)
}

async fn keep(house: Arc<House>, probe: Store, tell: watch::Sender<bool>) {
    let mut failed = 0;
    loop {
        tokio::time::sleep(EVERY).await;
        let answers = matches!(tokio::time::timeout(ANSWER_MAX, probe.is_there()).await, Ok(Ok(())));
        if !answers {
            // A connection that is silent would keep the next look waiting as well.
            probe.renew();
        }
        failed = if answers { 0 } else { failed + 1 };
        let is_there = failed < FAILED;
        if tell.send_if_modified(|was| std::mem::replace(was, is_there) != is_there) {
            house.renew_connections();
            if is_there {
                tracing::info!("store_is_back");
            } else {
                tracing::error!("store_does_not_answer");
            }
        }
    }
}
