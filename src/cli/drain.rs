//! `reval drain`: a node steps out, and comes back.

use serde_json::json;

use super::Common;
use super::say::either;
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval drain node-a --reason \"its disk is exchanged\"
  reval drain node-a --stay --reason \"it is looked at before it takes work again\"
  reval drain node-a --undo --reason \"it is well\"

The node says at /readyz that it is draining, begins nothing, sends no word to the GMC, and hands a run over once its list is done;
it goes on serving for two probes of the balancer, lets requests finish, and ends with code 0, as on SIGTERM. With --stay it steps out
in the same way and stays up, also over a restart, until --undo. `reval nodes` shows how far it is.";

/// Ask a node to step out, or take that back.
#[derive(clap::Args)]
pub struct Args {
    /// The node, as `reval nodes` shows it.
    node: String,
    /// Let it stay up once it has stepped out.
    #[arg(long, conflicts_with = "undo")]
    stay: bool,
    /// Let it take requests and work again.
    #[arg(long)]
    undo: bool,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    if args.reason.trim().is_empty() {
        return Err(Failure::new(
            Exit::Invalid,
            "it needs a reason, for whoever finds it so; nothing was changed",
        ));
    }
    let house = common.house(Quiet::AtTerminal).await?;
    let (node, actor, ledger) = (&args.node, house.actor(&args.reason), house.ledger());
    let text = if args.undo {
        if !ledger.undo_drain(node, &actor).await? {
            return Err(Failure::new(Exit::NotFound, format!("nobody asked {node} to step out")));
        }
        format!("{node} takes requests and work again, unless it has ended already")
    } else {
        if !ledger.drain(node, args.stay, &actor).await? {
            return Err(unknown(&house, node).await?);
        }
        let then = if args.stay { "stays up until this is taken back" } else { "ends" };
        format!("{node} steps out, hands over what it does, and {then}; `reval nodes` shows how far it is")
    };
    either(common.voice(), text, &json!({ "node": node, "undone": args.undo, "stays": args.stay }));
    house.store.close().await;
    Ok(Exit::Done)
}

async fn unknown(house: &House, node: &str) -> Result<Failure, Failure> {
    let known = store::node::all(&mut house.store.read().await?).await?;
    let names: Vec<String> = known.into_iter().map(|node| node.name).collect();
    let sentence = match names.as_slice() {
        [] => format!("there is no node {node}; none has ever kept the schedule here"),
        names => format!("there is no node {node}; there are: {}", names.join(", ")),
    };
    Ok(Failure::new(Exit::NotFound, sentence))
}
