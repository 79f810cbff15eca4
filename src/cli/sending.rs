//! The sender inside `serve`: once a second it takes what is queued to the GMC, one after the other, and looks at what is
//! unknown.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sync::SyncError;
use sync::sending::{AWAY, Sender, Turn};
use tokio::task::JoinHandle;

use super::standing::Standing;
use crate::exit::Failure;
use crate::wiring::House;

/// How often the queue is looked at.
const TICK: Duration = Duration::from_secs(1);
/// Sent in one go before what is unknown is looked at again.
const IN_A_ROW: usize = 50;

/// Starts the sender, unless the settings leave that to another node; it ends by itself once `going` is off.
pub fn start(
    house: &House,
    (going, standing): (&Arc<AtomicBool>, &Standing),
) -> Result<Option<JoinHandle<()>>, Failure> {
    if !house.config.is_sending {
        tracing::warn!("sending_off");
        return Ok(None);
    }
    let sender = house.sender()?;
    Ok(Some(tokio::spawn(keep(sender, Arc::clone(going), standing.clone()))))
}

async fn keep(sender: Sender, going: Arc<AtomicBool>, standing: Standing) {
    let mut rest = Duration::ZERO;
    let mut was_well = true;
    let mut was_refused = false;
    while going.load(Ordering::Relaxed) && standing.is_going() {
        let may_send = || going.load(Ordering::Relaxed) && !standing.is_out();
        let turn = tick(&sender, rest.is_zero(), may_send).await;
        match &turn {
            Ok(Turn::Away(why)) => {
                tracing::warn!(why, "gmc_away_nothing_claimed");
                rest = AWAY.unsigned_abs();
            }
            Ok(Turn::Refused) if !was_refused => {
                tracing::error!("gmc_refused_us_nothing_is_sent");
                was_refused = true;
            }
            Err(error) if was_well => tracing::error!(%error, "sending_stands_still"),
            _ => {}
        }
        was_well = turn.is_ok();
        tokio::time::sleep(TICK).await;
        rest = rest.saturating_sub(TICK);
    }
}

/// Settles what others left, looks at what is unknown, and sends what waits.
async fn tick(sender: &Sender, is_rested: bool, may_send: impl Fn() -> bool) -> Result<Turn, SyncError> {
    let reaped = sender.reap().await?;
    if reaped > 0 {
        tracing::warn!(reaped, "senders_gone");
    }
    sender.look().await?;
    for _ in 0..IN_A_ROW {
        if !is_rested || !may_send() {
            break;
        }
        match sender.send_next().await? {
            Turn::Sent { .. } | Turn::Beaten => {}
            other => return Ok(other),
        }
    }
    Ok(Turn::Idle)
}
