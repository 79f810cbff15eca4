//! The procedure `rolling-restart`: one node after the other is taken out of the balance, restarted, proven and put back. The next
//! is not touched before the one before is back.

use std::time::Duration;

use domain::play::Step;

use super::{Planned, balancer, unavailable};
use crate::config::{PlayNode, PlaySettings};
use crate::exit::{Exit, Failure};
use crate::wiring::House;

/// For what restarts a node. `serve` ends within 40 seconds, or its unit ends it.
const RESTART_MAX: Duration = Duration::from_secs(120);
/// For a node to be ready: it reads its settings, opens the store and proves itself.
const READY_MAX: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Plans four steps for each node; refuses while one is not up, because then there is something else to do first.
pub async fn plan(house: &House) -> Result<Planned, Failure> {
    let settings = &house.config.play;
    if settings.nodes.len() < 2 || settings.haproxy_socket.is_empty() {
        let sentence = "needs [play] haproxy_socket and at least two [[play_node]] in the settings";
        return Err(Failure::new(Exit::Invalid, format!("rolling-restart {sentence}")));
    }
    let servers = balancer::servers(settings).await?;
    let mut state = Vec::new();
    for node in &settings.nodes {
        let name = &node.name;
        match servers.get(name) {
            Some(server) if server.is_up() => state.push((format!("node {name}"), server.status.clone())),
            Some(server) => {
                let sentence =
                    format!("{name} is {}: put that right first, or take back what was begun", server.status);
                return Err(Failure::new(Exit::Conflict, sentence));
            }
            None => {
                let sentence = format!("HAProxy's backend {} has no server {name}", settings.haproxy_backend);
                return Err(Failure::new(Exit::Invalid, sentence));
            }
        }
    }
    let many = settings.nodes.len();
    Ok((state, settings.nodes.iter().flat_map(|node| steps(node, many)).collect()))
}

fn steps(node: &PlayNode, many: usize) -> [Step; 4] {
    let name = &node.name;
    let step = |verb: &str, effect: String| Step { name: format!("{verb} {name}"), effect };
    [
        step("drain", format!("{} of {many} nodes take its requests; its sessions end", many - 1)),
        step("restart", format!("runs {}", node.restart.join(" "))),
        step("prove", format!("waits until {} says that it is ready", node.ready_url)),
        step("return", format!("{many} of {many} nodes take requests")),
    ]
}

/// Does one step.
pub async fn step(house: &House, name: &str) -> Result<String, Failure> {
    let settings = &house.config.play;
    let (verb, node) = name.split_once(' ').unwrap_or((name, ""));
    let Some(node) = settings.nodes.iter().find(|one| one.name == node) else {
        let sentence = format!("the settings name no node {node} any more; take the play back");
        return Err(Failure::new(Exit::Conflict, sentence));
    };
    match verb {
        "drain" => balancer::drain(settings, &node.name).await,
        "restart" => restart(node).await,
        "prove" => proven(node).await,
        _ => balancer::put_back(settings, &node.name).await,
    }
}

async fn restart(node: &PlayNode) -> Result<String, Failure> {
    let (program, arguments) =
        node.restart.split_first().ok_or_else(|| unavailable("nothing restarts it"))?;
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).stdin(std::process::Stdio::null()).kill_on_drop(true);
    let ended = tokio::time::timeout(RESTART_MAX, command.output()).await;
    let ended = ended
        .map_err(|_| unavailable(format!("{program} did not end within {} s", RESTART_MAX.as_secs())))?;
    let ended = ended.map_err(|error| unavailable(format!("{program} cannot be started: {error}")))?;
    if ended.status.success() {
        return Ok(format!("{program} ended with 0"));
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    let said = said.lines().last().unwrap_or_default().to_owned();
    Err(unavailable(format!("{} was not restarted: {program} {}: {said}", node.name, ended.status)))
}

/// Waits until a node says that it is ready.
async fn proven(node: &PlayNode) -> Result<String, Failure> {
    let waiting = async {
        while ready(node).await.is_err() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    if tokio::time::timeout(READY_MAX, waiting).await.is_err() {
        ready(node).await?;
    }
    Ok(format!("{} says that it is ready", node.name))
}

/// Asks a node once whether it is ready.
async fn ready(node: &PlayNode) -> Result<(), Failure> {
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build();
    let client = client.map_err(|error| unavailable(error.to_string()))?;
    let found = match client.get(&node.ready_url).send().await {
        Ok(answer) if answer.status().is_success() => return Ok(()),
        Ok(answer) => format!("it answers {}", answer.status().as_u16()),
        Err(error) => error.without_url().to_string(),
    };
    Err(unavailable(format!("{} is not ready: {found}", node.name)))
}

/// Looks whether every node is ready and takes requests.
pub async fn verify(house: &House) -> Result<String, Failure> {
    let settings = &house.config.play;
    let servers = balancer::servers(settings).await?;
    for node in &settings.nodes {
        ready(node).await?;
        if !servers.get(&node.name).is_some_and(balancer::Server::is_up) {
            return Err(unavailable(format!("{} takes no requests", node.name)));
        }
    }
    Ok(format!("{} nodes are ready and take requests", settings.nodes.len()))
}

/// Puts every node back into the balance that is ready; a restart cannot be taken back.
pub async fn undo(house: &House) -> Result<String, Failure> {
    let settings: &PlaySettings = &house.config.play;
    let servers = balancer::servers(settings).await?;
    let mut back = Vec::new();
    for node in &settings.nodes {
        if servers.get(&node.name).is_some_and(balancer::Server::is_up) {
            continue;
        }
        ready(node).await?;
        balancer::put_back(settings, &node.name).await?;
        back.push(node.name.as_str());
    }
    let many = settings.nodes.len();
    Ok(match back.as_slice() {
        [] => format!("all {many} nodes took requests already"),
        back => format!("back in the balance: {}; all {many} nodes take requests", back.join(", ")),
    })
}
