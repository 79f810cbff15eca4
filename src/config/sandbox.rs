//! What only a sandbox may set: its clock, and where the program is to die.

use std::path::PathBuf;

use domain::sending::Point;
use ops::Site;
use sync::Step;

use super::reader::Reader;

/// The one environment in which these settings count.
pub const ENVIRONMENT: &str = "sandbox";

/// What only a sandbox may set.
#[derive(Default)]
pub struct Sandbox {
    /// File with the present instant.
    pub clock_file: Option<PathBuf>,
    /// List and step at which the program kills itself.
    pub kill_at: Option<(String, Step)>,
    /// The point of a wish's way to the GMC at which the program kills itself.
    pub dies_at: Option<Point>,
    /// The point at which it stops until it is woken.
    pub stops_at: Option<Point>,
}

/// Reads `[sandbox]`; refuses it anywhere else, because a false clock makes old data look fresh.
pub fn read(reader: &Reader, site: &Site) -> Sandbox {
    let clock_file = reader.path("sandbox.clock_file");
    let kill_at = reader.text("sandbox.kill_at");
    let (dies_at, stops_at) = (point(reader, "sandbox.dies_at"), point(reader, "sandbox.stops_at"));
    let is_set = [
        ("sandbox.clock_file", clock_file.is_some()),
        ("sandbox.kill_at", !kill_at.is_empty()),
        ("sandbox.dies_at", dies_at.is_some()),
        ("sandbox.stops_at", stops_at.is_some()),
    ];
    for (key, _) in is_set.iter().filter(|(_, is_set)| *is_set && site.environment != ENVIRONMENT) {
        let sentence = format!(
            "is honoured only where site.environment is \"{ENVIRONMENT}\"; here it is \"{}\"",
            site.environment
        );
        reader.wrong(key, sentence);
    }
    let kill_at = Some(kill_at).filter(|text| !text.is_empty()).and_then(|text| {
        let place = place(&text);
        if place.is_none() {
            let names: Vec<&str> = Step::NAMED.iter().map(|(name, _)| *name).collect();
            reader
                .wrong("sandbox.kill_at", format!("must be LIST/STEP, with a step of: {}", names.join(", ")));
        }
        place
    });
    Sandbox { clock_file, kill_at, dies_at, stops_at }
}

fn point(reader: &Reader, key: &str) -> Option<Point> {
    let word = reader.text(key);
    let point = Point::from_word(&word);
    if point.is_none() && !word.is_empty() {
        reader.wrong(key, format!("must be one of: {}", Point::ALL.map(Point::word).join(", ")));
    }
    point
}

fn place(text: &str) -> Option<(String, Step)> {
    let (list, name) = text.split_once('/')?;
    let (_, step) = Step::NAMED.iter().find(|(known, _)| *known == name)?;
    Some((list.to_owned(), *step))
}
