//! `reval rebuild`: makes the joined rows again beside the live ones, shows what would change, and swaps them in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ops::Production;
use serde_json::json;
use sync::context::Observer;
use sync::rebuild::{Effect, discard, stage, swap};
use sync::{Context, Step, SyncError};

use super::Common;
use super::say::{Voice, either, line};
use super::signals::asked_to_end;
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet, Role};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval rebuild                                   shows the effect and changes nothing
  reval rebuild --reason \"rule of owners changed\"
  reval rebuild --environment production --reason \"rule of owners changed\"     where real doctors are

Readers see the old rows until the new ones are swapped in at once. Ctrl-C stops without a trace.";

/// Make the joined rows again from the lists and TIS; shows the effect first.
#[derive(clap::Args)]
pub struct Args {
    /// The environment's name, typed, where real doctors are behind it.
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Why; without it the effect is shown and nothing changes.
    #[arg(long)]
    reason: Option<String>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let (house, voice) = (common.house(Quiet::AtTerminal).await?, common.voice());
    permitted(&house, args).await?;
    let _work = house.take(Role::Work)?;
    let context = house.context(observer(voice))?;
    let stop = stop_when_asked();
    let effect = stage(&context, &stop).await?;
    say_effect(voice, &effect);
    let Some(reason) = args.reason.as_deref().filter(|reason| !reason.trim().is_empty()) else {
        discard(&context, &effect.rebuild_id).await?;
        let text = "nothing was changed; give a --reason to swap these rows in";
        either(voice, text, &json!({ "swapped": false }));
        return Ok(Exit::Done);
    };
    swap_in(&context, &stop, &effect, &house.actor(reason)).await?;
    either(voice, "swapped in", &json!({ "swapped": true }));
    Ok(Exit::Done)
}

/// Where real doctors are, the environment's name must be typed.
async fn permitted(house: &House, args: &Args) -> Result<(), Failure> {
    let site = &house.config.site;
    let typed = args.environment.as_deref();
    let is_typed = typed == Some(site.environment.as_str());
    if is_typed || (site.production == Production::Rehearsal && typed.is_none()) {
        return Ok(());
    }
    let ops = house.ops();
    let doctors = ops.freshness(&ops.every_body()).await?.doctors();
    let what =
        if site.production == Production::Real { "this is PRODUCTION" } else { "this is no production" };
    let sentence = format!(
        "{what}: environment \"{0}\", {doctors} doctors; nothing was changed. To go on, add --environment {0} and --reason",
        site.environment
    );
    Err(Failure::new(Exit::Forbidden, sentence))
}

fn observer(voice: Voice) -> Observer {
    Arc::new(move |_, step| {
        if let (Voice::People, Step::Staged(doctors)) = (voice, step)
            && doctors % 10_000 == 0
        {
            line(format!("{doctors} doctors made again"));
        }
    })
}

fn say_effect(voice: Voice, effect: &Effect) {
    let text = format!(
        "{} doctors looked at: {} rows would be made or changed, {} would go",
        effect.checked, effect.rewritten, effect.dropped
    );
    either(voice, text, &json!({ "effect": effect }));
}

/// A flag that is raised when a person asks the program to stop.
fn stop_when_asked() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    tokio::spawn(async move {
        if asked_to_end().await.is_ok() {
            raised.store(true, Ordering::SeqCst);
        }
    });
    stop
}

/// The last moment to stop is before the one transaction of the swap.
async fn swap_in(
    context: &Context,
    stop: &AtomicBool,
    effect: &Effect,
    actor: &domain::scope::Actor,
) -> Result<(), SyncError> {
    if stop.load(Ordering::SeqCst) {
        discard(context, &effect.rebuild_id).await?;
        return Err(SyncError::Aborted);
    }
    swap(context, effect, (actor, None)).await
}
