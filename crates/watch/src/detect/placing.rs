//! CONFIG: a job that no node can begin, long before its hour; and a node that can start nothing new.

use domain::alert::{AlertKind, Severity};
use domain::job::{self, Job, Kind};
use domain::node::{Labels, Launch, Node, SILENT, unplaced};

use crate::declared::Declared;
use crate::facts::Facts;
use crate::finding::Finding;

/// Finds jobs without an eligible node, and nodes that cannot start anything.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    let lives = |node: &Node| facts.at.duration_since(node.beat_at) <= SILENT;
    if !facts.nodes.is_empty() && !facts.nodes.iter().any(lives) {
        return vec![nobody(facts)];
    }
    let jobs = declared.jobs.iter().filter_map(|job| of_job(facts, declared, job));
    jobs.chain(facts.nodes.iter().filter_map(|node| of_node(facts, node))).collect()
}

/// One condition, not one for each job: nobody keeps the schedule any more.
fn nobody(facts: &Facts) -> Finding {
    let nodes: Vec<String> =
        facts.nodes.iter().filter_map(|node| node.refusal(&Labels::new(), facts.at)).collect();
    Finding {
        sentence: format!("No node keeps the schedule: {}. What is due will be missed.", nodes.join("; ")),
        remedy: "Start `reval serve` on a node, or see why it ended.".to_owned(),
        command: "reval nodes".to_owned(),
        since: facts.nodes.iter().map(|node| node.beat_at).max(),
        evidence: "silent".to_owned(),
        ..Finding::new(AlertKind::Config, Severity::Page, "placing", "no_eligible_node")
    }
}

fn of_job(facts: &Facts, declared: &Declared, job: &Job) -> Option<Finding> {
    if job.kind == Kind::External {
        return None;
    }
    let why = unplaced(&facts.nodes, job.needs(facts.at), facts.at)?;
    let name = &job.name;
    let next = job::next(&declared.jobs, job, facts.at, 1).ok().and_then(|due| due.first().map(|due| due.at));
    let next =
        next.map_or_else(String::new, |at| format!(", due next at {}", at.strftime("%Y-%m-%d %H:%M UTC")));
    Some(Finding {
        job: Some(name.clone()),
        sentence: format!("No node can begin {name}{next}: {why}.{}", declared.asks(name)),
        remedy: "Start a node that has what the job needs, or give its labels to one that lives.".to_owned(),
        command: "reval nodes".to_owned(),
        last_good: facts.well_at(name),
        evidence: "unplaced".to_owned(),
        ..Finding::new(AlertKind::Config, Severity::Page, &format!("{name}/placing"), "no_eligible_node")
    })
}

/// Only of a node that lives: whether a silent one could is not known.
fn of_node(facts: &Facts, node: &Node) -> Option<Finding> {
    let lives = facts.at.duration_since(node.beat_at) <= SILENT;
    if !lives || node.launch != Launch::Fails {
        return None;
    }
    let name = &node.name;
    Some(Finding {
        sentence: format!(
            "{name} lives, but nothing new can be started there: {}. Nothing is begun on it until it can.",
            node.launch_error.trim_end_matches('.')
        ),
        remedy: "Look what changed on that machine, and start its program again; it tries anew every quarter of an hour."
            .to_owned(),
        command: "reval nodes".to_owned(),
        since: node.launched_at,
        evidence: node.launch_error.clone(),
        ..Finding::new(AlertKind::Config, Severity::Warn, &format!("launch/{name}"), "launch_fails")
    })
}

#[cfg(test)]
mod tests {
    use domain::node::labels;

    use super::super::sample::{GMC, at, declared, facts};
    use super::*;

    fn node(name: &str, text: &str) -> Node {
        Node {
            name: name.to_owned(),
            labels: labels(text).expect("labels"),
            started_at: at("2026-11-25T00:00:00Z"),
            beat_at: at("2026-11-25T12:00:00Z"),
            build: "1".to_owned(),
            config_hash: "abc".to_owned(),
            launch: Launch::Works,
            launched_at: Some(at("2026-11-25T12:00:00Z")),
            launch_error: String::new(),
            stance: domain::node::Stance::Serving,
        }
    }

    fn keys(nodes: Vec<Node>, now: &str) -> Vec<String> {
        let mut declared = declared();
        declared.jobs[0].labels = labels("gmc").expect("labels");
        let mut facts = facts(now, Vec::new());
        facts.nodes = nodes;
        find(&facts, &declared).into_iter().map(|finding| finding.key).collect()
    }

    #[test]
    fn a_job_that_no_node_can_begin_pages_long_before_its_hour() {
        let now = "2026-11-25T12:00:05Z";
        assert!(keys(vec![node("a", "tis"), node("b", "gmc")], now).is_empty());
        assert_eq!(keys(vec![node("a", "tis"), node("b", "tis")], now), ["config/gmc-sync/placing"]);
        assert!(keys(Vec::new(), now).is_empty(), "nobody keeps a schedule here");
        let silent = "2026-11-25T12:01:01Z";
        assert_eq!(keys(vec![node("a", "gmc")], silent), ["config/placing"], "nobody lives: one condition");
    }

    #[test]
    fn a_node_that_can_start_nothing_new_is_told_while_it_lives() {
        let stuck =
            Node { launch: Launch::Fails, launch_error: "no such file".to_owned(), ..node("a", "gmc") };
        let now = "2026-11-25T12:00:05Z";
        assert_eq!(keys(vec![stuck.clone(), node("b", "gmc")], now), ["config/launch/a"]);
        let mut declared = declared();
        declared.jobs.truncate(1);
        let mut facts = facts(now, Vec::new());
        facts.nodes = vec![stuck];
        let found = find(&facts, &declared);
        assert_eq!(
            found[0].key,
            format!("config/{GMC}/placing"),
            "and where it is the only one, its jobs have no node"
        );
        assert!(found[0].sentence.contains("due next at 2026-11-26 00:05 UTC"), "{}", found[0].sentence);
        assert!(found[1].sentence.contains("no such file"));
    }
}
