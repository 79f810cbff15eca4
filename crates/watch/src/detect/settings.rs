//! CONFIG: a node whose file is not sound, or that runs on other settings than its file says.

use domain::alert::{AlertKind, Severity};
use domain::node::SILENT;
use domain::settings::SettingsState;

use crate::declared::Declared;
use crate::facts::Facts;
use crate::finding::Finding;

/// Finds nodes that live and do not run on what their file says.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    let lives = |state: &&SettingsState| {
        let mut nodes = facts.nodes.iter();
        nodes.any(|node| node.name == state.node && facts.at.duration_since(node.beat_at) <= SILENT)
    };
    facts.settings.iter().filter(|state| !state.is_true()).filter(lives).map(of_node).collect()
}

fn of_node(state: &SettingsState) -> Finding {
    let SettingsState { node, running, written, problem, since } = state;
    let is_sound = !written.is_empty();
    let (severity, cause) =
        if is_sound { (Severity::Warn, "settings_drift") } else { (Severity::Page, "settings_unsound") };
    let waits =
        if problem.is_empty() { String::new() } else { format!(" {}.", problem.trim_end_matches('.')) };
    Finding {
        sentence: if is_sound {
            format!("{node} runs on the settings {running}, and its file says {written}.{waits}")
        } else {
            format!(
                "The settings of {node} are not sound, so it runs on the last that were ({running}):{waits}"
            )
        },
        remedy: if is_sound {
            "Apply the file, or put back what it said; the command shows the difference.".to_owned()
        } else {
            "Correct the file; the node takes it once it is applied.".to_owned()
        },
        command: "reval config apply --diff".to_owned(),
        since: Some(*since),
        evidence: format!("{running} {written}"),
        ..Finding::new(AlertKind::Config, severity, &format!("settings/{node}"), cause)
    }
}

#[cfg(test)]
mod tests {
    use domain::node::{Launch, Node};

    use super::super::sample::{at, declared, facts};
    use super::*;

    fn state(running: &str, written: &str) -> SettingsState {
        SettingsState {
            node: "a".to_owned(),
            running: running.to_owned(),
            written: written.to_owned(),
            problem: if written.is_empty() { "my.toml, line 3: no".to_owned() } else { String::new() },
            since: at("2026-11-25T11:00:00Z"),
        }
    }

    fn found(state: SettingsState, beat_at: &str) -> Vec<(String, Severity)> {
        let mut facts = facts("2026-11-25T12:00:00Z", Vec::new());
        facts.nodes.push(Node {
            name: "a".to_owned(),
            labels: Default::default(),
            started_at: at("2026-11-25T00:00:00Z"),
            beat_at: at(beat_at),
            build: "1".to_owned(),
            config_hash: "abc".to_owned(),
            launch: Launch::Works,
            launched_at: None,
            launch_error: String::new(),
            stance: domain::node::Stance::Serving,
        });
        facts.settings.push(state);
        find(&facts, &declared()).into_iter().map(|found| (found.key, found.severity)).collect()
    }

    #[test]
    fn a_node_that_runs_on_other_settings_than_its_file_says_is_told() {
        let now = "2026-11-25T11:59:55Z";
        let key = || "config/settings/a".to_owned();
        assert_eq!(found(state("abc", "abc"), now), []);
        assert_eq!(found(state("abc", "def"), now), [(key(), Severity::Warn)]);
        assert_eq!(found(state("abc", ""), now), [(key(), Severity::Page)], "loud: its file is not sound");
        assert_eq!(found(state("abc", ""), "2026-11-25T11:00:00Z"), [], "one that is gone runs on nothing");
    }
}
