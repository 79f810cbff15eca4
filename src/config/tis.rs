//! Where the training records are, and how they are judged.

use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use sources::gmc::Secret;
use sources::tis::{TisAddress, TisDatabase};
use sync::tis::TisPlace;

use super::reader::Reader;

/// The setting that a careless hand may put a secret into.
pub const URL: &str = "tis.url";

/// Where TIS is.
pub struct TisSettings {
    /// Extracts or the database.
    pub place: TisPlace,
    /// Days an ended membership still counts if no other is current.
    pub grace_days: u16,
    /// Where "today" is.
    pub zone: TimeZone,
}

/// Reads `[tis]`.
pub fn read(reader: &Reader) -> TisSettings {
    let name = reader.filled("tis.zone");
    let zone = TimeZone::get(&name).unwrap_or_else(|_| {
        let sentence = format!("is \"{name}\", which is no time zone; an example is \"Europe/London\"");
        reader.wrong("tis.zone", sentence);
        TimeZone::UTC
    });
    TisSettings {
        place: place(reader),
        grace_days: u16::try_from(reader.count("tis.grace_days", 0, 365)).unwrap_or_default(),
        zone,
    }
}

/// All is read and checked, so that a mistake is heard of before the day on which the source is changed.
fn place(reader: &Reader) -> TisPlace {
    let source = reader.word("tis.source", &["extracts", "database"]);
    let (folder, url) = (reader.text("tis.extracts"), reader.text(URL));
    let limits = Limits {
        password: reader.secret("tis.password_file"),
        ca_file: reader.path("tis.ca_file"),
        connect: whole_seconds(reader, "tis.connect_timeout"),
        lock: whole_seconds(reader, "tis.lock_timeout"),
        read: whole_seconds(reader, "tis.read_timeout"),
    };
    if source == "database" {
        return database(reader, &url, limits);
    }
    if folder.trim().is_empty() {
        reader.wrong(
            "tis.extracts",
            "must name the folder with the extracts, because tis.source is \"extracts\"",
        );
    }
    if !url.is_empty() {
        reader.wrong(
            URL,
            "is set, but tis.source is \"extracts\"; set tis.source to \"database\", or take the url away",
        );
    }
    TisPlace::Extracts(PathBuf::from(folder))
}

struct Limits {
    password: Option<String>,
    ca_file: Option<PathBuf>,
    connect: Duration,
    lock: Duration,
    read: Duration,
}

/// The servers count these in seconds.
fn whole_seconds(reader: &Reader, key: &str) -> Duration {
    let duration = reader.duration(key);
    if duration.subsec_millis() != 0 {
        reader.wrong(key, "must be whole seconds, such as \"10s\"");
    }
    duration
}

fn database(reader: &Reader, url: &str, limits: Limits) -> TisPlace {
    let address = match url {
        "" => Err("must say where the database is, because tis.source is \"database\": \
                   mysql://USER@HOST:PORT/DATABASE"),
        some => TisAddress::parse(some),
    };
    let address = match address {
        Ok(address) => address,
        Err(sentence) => {
            reader.wrong(URL, sentence);
            return TisPlace::Extracts(PathBuf::new());
        }
    };
    if limits.lock >= limits.read {
        reader.wrong("tis.lock_timeout", "must be shorter than tis.read_timeout");
    }
    if address.is_loopback() && limits.ca_file.is_some() {
        reader.wrong(
            "tis.ca_file",
            "is set, but tis.url is this machine itself, where nothing is encrypted; take it away",
        );
    }
    TisPlace::Database(Box::new(TisDatabase {
        address,
        password: Secret::new(limits.password.unwrap_or_default()),
        ca_file: limits.ca_file,
        connect_timeout: limits.connect,
        lock_timeout: limits.lock,
        read_timeout: limits.read,
    }))
}
