//! Settings that were found sound, as they are kept in the store: every value, but for those that say where the store is.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::layers::{Entry, Found, Layers, Origin, Value};
use super::store::masked;
use super::tis;

/// What is never kept: a node must know it before it can read what was kept, and a sandbox's clock is nobody else's.
const ITS_OWN: [&str; 2] = ["store.", "sandbox."];

fn is_kept(key: &str, value: &Value) -> bool {
    let holds_a_secret = match value {
        Value::Text(text) if key == tis::URL => masked(text) != *text,
        _ => false,
    };
    !holds_a_secret && !ITS_OWN.iter().any(|section| key.starts_with(section))
}

/// Writes the settings down as JSON.
pub fn content(layers: &Layers) -> String {
    let mut all = Map::new();
    for key in &layers.keys {
        if let Some(found) = layers.get(key).filter(|found| is_kept(key, &found.value)) {
            all.insert(key.clone(), written(found));
        }
    }
    Json::Object(all).to_string()
}

/// A value, and the variable it comes from: what a variable says is always text.
fn written(found: &Found) -> Json {
    let value = match &found.value {
        Value::Text(text) => json!(text),
        Value::Integer(number) => json!(number),
        Value::Flag(flag) => json!(flag),
        Value::Texts(texts) => json!(texts),
        Value::Entries(entries) => {
            let entry = |entry: &Entry| -> Map<String, Json> {
                entry.values.iter().map(|(name, found)| (name.clone(), written(found))).collect()
            };
            json!(entries.iter().map(entry).collect::<Vec<_>>())
        }
        Value::Other(_) => Json::Null,
    };
    match &found.origin {
        Origin::Environment(variable) => json!([value, variable]),
        _ => json!([value]),
    }
}

/// Lays what was kept over the defaults; what says where the store is, is taken from `here`.
pub fn layers(content: &str, hash: &str, here: &Layers) -> Layers {
    let mut layers = Layers::defaults();
    let origin = Origin::Accepted(hash.to_owned());
    let kept: BTreeMap<String, Json> = serde_json::from_str(content).unwrap_or_default();
    for key in layers.keys.clone() {
        let found = match kept.get(&key) {
            Some(written) => read(written, &origin),
            None => here.get(&key).cloned(),
        };
        if let Some(found) = found {
            layers.replace(&key, found);
        }
    }
    layers
}

fn read(written: &Json, origin: &Origin) -> Option<Found> {
    let parts = written.as_array()?;
    let variable = parts.get(1).and_then(Json::as_str);
    let origin = variable.map_or_else(|| origin.clone(), |variable| Origin::Environment(variable.to_owned()));
    let value = match parts.first()? {
        Json::String(text) => Value::Text(text.clone()),
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => Value::Integer(number.as_i64()?),
        Json::Array(all) if !all.is_empty() && all.iter().all(Json::is_string) => {
            Value::Texts(all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
        }
        Json::Array(all) => Value::Entries(all.iter().filter_map(|one| entry(one, &origin)).collect()),
        Json::Null | Json::Object(_) => return None,
    };
    Some(Found { value, origin })
}

fn entry(written: &Json, origin: &Origin) -> Option<Entry> {
    let values = written.as_object()?.iter();
    let values = values.filter_map(|(name, value)| Some((name.clone(), read(value, origin)?)));
    Some(Entry { origin: origin.clone(), values: values.collect() })
}

#[cfg(test)]
mod tests {
    use domain::reference::Reference;
    use domain::settings::Accepted;

    use super::super::layers::Layers;
    use super::super::{Config, Reader};

    fn reference() -> Reference {
        Reference::embedded().expect("the reference data is right")
    }

    fn read(text: &str) -> (Config, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("my.toml");
        std::fs::write(&path, text).expect("a file");
        let reader = Reader::new(Layers::read(Some(&path), std::iter::empty()));
        let config = Config::read(&reader, &reference());
        let said = reader.problems().into_iter().map(|problem| problem.to_string());
        (config, said.collect())
    }

    #[test]
    fn what_was_accepted_is_read_again_as_it_was() {
        let text = "[freshness]\namber = \"20h\"\n[[job]]\nname = \"gmc-sync\"\nattempts = 2\n";
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("my.toml");
        std::fs::write(&path, text).expect("a file");
        let variable = ("REVAL__GMC__ATTEMPTS".to_owned(), "4".to_owned());
        let config =
            Config::of(Layers::read(Some(&path), [variable].into_iter()), &reference()).expect("sound");
        let kept = Accepted {
            node: "a".to_owned(),
            hash: config.hash(),
            content: config.content.clone(),
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        assert!(!kept.content.contains("store.url"), "where the store is must be known before");
        std::fs::write(&path, "[freshness]\namber = \n[store]\nurl = \"sqlite://else.db\"\n")
            .expect("a file");
        assert!(Config::load(Some(&path), &reference()).is_err());
        let (store, _) = Config::whereabouts(Some(&path)).expect("the store is named all the same");
        assert_eq!(store.shown, "sqlite://else.db");
        let again = Config::load_accepted(Some(&path), &kept, &reference()).expect("sound");
        assert_eq!((again.jobs[0].attempts, again.gmc.retries.attempts), (2, 4));
        let differs: Vec<String> = again.differences(&config).into_iter().map(|one| one.key).collect();
        assert_eq!(differs, ["store.url"]);
    }

    #[test]
    fn two_jobs_with_one_name_in_one_file_are_refused() {
        let (_, said) = read("[[job]]\nname = \"gmc-sync\"\n[[job]]\nname = \"gmc-sync\"\nattempts = 2\n");
        assert_eq!(said.len(), 1);
        assert!(said[0].ends_with("line 3: \"gmc-sync\" is declared twice in this file"), "{said:?}");
    }

    #[test]
    fn what_counts_from_the_next_start_on_is_told_and_the_digest_tells_of_it() {
        let (running, _) = read("[web]\nlisten = \"127.0.0.1:1\"");
        let (mut written, _) = read("[web]\nlisten = \"127.0.0.1:2\"\n[gmc]\nattempts = 2");
        let says = written.hash();
        assert_eq!(written.adopt_cold(&running), ["web.listen"]);
        assert_ne!(written.hash(), says);
        assert_ne!(written.hash(), running.hash());
        assert_eq!(written.gmc.retries.attempts, 2);
    }
}
