//! How procedures are carried out: `[play]` and `[[play_node]]`.

use super::fields::Fields;
use super::layers::Value;
use super::parity::Beside;
use super::reader::Reader;

/// Where nodes are declared.
pub const NODE: &str = "play_node";
const FIELDS: [&str; 3] = ["name", "restart", "ready_url"];

/// How procedures are carried out.
#[derive(Clone, Debug, Default)]
pub struct PlaySettings {
    /// HAProxy's runtime socket.
    pub haproxy_socket: String,
    /// The backend that balances the nodes.
    pub haproxy_backend: String,
    /// The nodes, in the order in which they are restarted.
    pub nodes: Vec<PlayNode>,
    /// The instance that must have done the same first.
    pub stage: String,
    /// Whether two people must ask.
    pub two_people: bool,
    /// The step after which a rehearsal dies: its number and whether it was written down.
    pub dies_at: Option<(u64, bool)>,
}

/// A node that can be restarted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayNode {
    /// Its name, which is that of its server in HAProxy.
    pub name: String,
    /// What restarts it: a program from the root and its arguments.
    pub restart: Vec<String>,
    /// Where it says that it is ready.
    pub ready_url: String,
}

/// Reads the sections.
pub fn read(reader: &Reader, beside: &Beside, is_sandbox: bool) -> PlaySettings {
    let mut nodes: Vec<PlayNode> = Vec::new();
    for entry in &reader.entries(NODE) {
        nodes.extend(node(&Fields { reader, entry, section: NODE }, &nodes));
    }
    let stage = reader.text("play.stage");
    if !stage.is_empty() && !beside.instances.iter().any(|one| one.name == stage) {
        reader.wrong("play.stage", format!("names {stage}, which no [[instance]] is called"));
    }
    PlaySettings {
        haproxy_socket: reader.text("play.haproxy_socket"),
        haproxy_backend: reader.filled("play.haproxy_backend"),
        stage,
        two_people: reader.flag("play.two_people"),
        dies_at: dies_at(reader, is_sandbox),
        nodes,
    }
}

fn dies_at(reader: &Reader, is_sandbox: bool) -> Option<(u64, bool)> {
    let text = reader.text("sandbox.play_dies_at");
    if text.is_empty() {
        return None;
    }
    if !is_sandbox {
        reader.wrong("sandbox.play_dies_at", "is honoured only where site.environment is \"sandbox\"");
    }
    let place = text.split_once('/').and_then(|(number, when)| {
        let is_written = match when {
            "done" => false,
            "written" => true,
            _ => return None,
        };
        Some((number.parse().ok()?, is_written))
    });
    if place.is_none() {
        reader.wrong("sandbox.play_dies_at", "must be a step's number and done or written, such as 2/done");
    }
    place
}

fn node(fields: &Fields, before: &[PlayNode]) -> Option<PlayNode> {
    fields.refuse_unknown(&FIELDS);
    let name = fields.needed("name", "it is that of its server in HAProxy");
    let ready_url = fields.needed("ready_url", "where does it say that it is ready?");
    let restart = match fields.entry.values.get("restart").map(|found| &found.value) {
        Some(Value::Texts(texts)) if texts.first().is_some_and(|first| first.starts_with('/')) => {
            Some(texts.clone())
        }
        _ => {
            let sentence = "needs `restart`, a list of texts that begins with a program from the root: \
                            [\"/usr/bin/systemctl\", \"restart\", \"reval\"]";
            fields.wrong("restart", sentence);
            None
        }
    };
    let name = name?;
    if before.iter().any(|one| one.name == name) {
        fields.wrong("name", "has a name that another node has");
    }
    Some(PlayNode { name, restart: restart?, ready_url: ready_url? })
}
