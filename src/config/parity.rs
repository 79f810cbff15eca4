//! What an instance is made of beside its settings, and what it is laid beside: `[fingerprint]`, `[[instance]]`, `[[difference]]`.

use std::path::PathBuf;

use domain::job::Job;
use domain::parity::Meant;
use jiff::Timestamp;
use sources::fingerprint::Instance;

use super::fields::Fields;
use super::layers::Value;
use super::reader::Reader;

/// Where instances are declared.
pub const INSTANCE: &str = "instance";
/// Where differences that are meant are declared.
pub const DIFFERENCE: &str = "difference";
/// What this instance is called beside others.
pub const HERE: &str = "here";
const INSTANCE_FIELDS: [&str; 3] = ["name", "url", "token_file"];
const DIFFERENCE_FIELDS: [&str; 3] = ["name", "reason", "until"];

/// What this instance is made of beside its settings, and what it is laid beside.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Packages whose versions count.
    pub packages: Vec<String>,
    /// Certificates by the setting that names them.
    pub certificates: Vec<(String, PathBuf)>,
    /// Other instances.
    pub instances: Vec<Instance>,
    /// What is meant to differ.
    pub meant: Vec<Meant>,
}

/// Reads the sections.
pub fn read(reader: &Reader, jobs: &[Job]) -> Beside {
    let parted = |key: &str| {
        let text = reader.text(key);
        let parts = text.split('|').map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut instances: Vec<Instance> = Vec::new();
    for entry in &reader.entries(INSTANCE) {
        instances.extend(instance(&Fields { reader, entry, section: INSTANCE }, &instances));
    }
    let entries = reader.entries(DIFFERENCE);
    let meant = entries.iter().filter_map(|entry| meant(&Fields { reader, entry, section: DIFFERENCE }));
    let own = parted("fingerprint.certificates").into_iter().map(|path| (path.clone(), PathBuf::from(path)));
    let beside = Beside {
        packages: parted("fingerprint.packages"),
        certificates: named(reader).into_iter().chain(own).collect(),
        meant: meant.collect(),
        instances,
    };
    if beside.instances.is_empty() && jobs.iter().any(|job| job.name == sync::parity::JOB) {
        reader.wrong(INSTANCE, "names nobody, and the job parity needs somebody to compare this one with");
    }
    beside
}

/// Files with certificates that other settings name.
fn named(reader: &Reader) -> Vec<(String, PathBuf)> {
    let mut all: Vec<(String, PathBuf)> = Vec::new();
    all.extend(reader.path("tis.ca_file").map(|path| ("tis.ca_file".to_owned(), path)));
    for entry in &reader.entries(super::channels::CHANNEL) {
        let text = |field: &str| match entry.values.get(field).map(|found| &found.value) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        let file = text("ca_file").map(PathBuf::from);
        all.extend(file.map(|path| (format!("channel {}: ca_file", text("name").unwrap_or_default()), path)));
    }
    all
}

fn instance(fields: &Fields, before: &[Instance]) -> Option<Instance> {
    fields.refuse_unknown(&INSTANCE_FIELDS);
    let name = fields.needed("name", "how else would people name it?");
    let url = fields.needed("url", "where are its pages?");
    let token = fields.secret("token_file");
    let (name, url) = (name?, url?);
    if name == HERE || name.contains(['/', '.', ' ']) || before.iter().any(|one| one.name == name) {
        let sentence =
            format!("needs a name of its own, one word without dots and slashes, and not \"{HERE}\"");
        fields.wrong("name", sentence);
        return None;
    }
    let is_here =
        ["http://127.0.0.1", "http://[::1]", "http://localhost"].iter().any(|own| url.starts_with(own));
    if !is_here && !url.starts_with("https://") {
        fields.wrong(
            "url",
            "has an address that must begin with https://, unless it is this machine's own loopback",
        );
        return None;
    }
    Some(Instance { name, url: url.trim_end_matches('/').to_owned(), token })
}

fn meant(fields: &Fields) -> Option<Meant> {
    fields.refuse_unknown(&DIFFERENCE_FIELDS);
    let what = fields.needed("name", "which fact differs? `reval parity` lists them");
    let reason = fields.needed("reason", "why is it meant?");
    let until = fields.needed("until", "nothing is meant for ever")?;
    let Ok(until) = until.parse::<Timestamp>() else {
        fields.wrong(
            "until",
            format!("has `until` \"{until}\"; write an instant such as \"2027-06-30T00:00:00Z\""),
        );
        return None;
    };
    Some(Meant { what: what?, reason: reason?, until })
}
