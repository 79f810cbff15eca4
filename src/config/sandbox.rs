//! What only a sandbox may set: its clock, and where the program is to die.

use std::path::PathBuf;

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
}

/// Reads `[sandbox]`; refuses it anywhere else, because a false clock makes old data look fresh.
pub fn read(reader: &Reader, site: &Site) -> Sandbox {
    let clock_file = reader.path("sandbox.clock_file");
    let kill_at = reader.text("sandbox.kill_at");
    let is_set = [("sandbox.clock_file", clock_file.is_some()), ("sandbox.kill_at", !kill_at.is_empty())];
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
    Sandbox { clock_file, kill_at }
}

fn place(text: &str) -> Option<(String, Step)> {
    let (list, name) = text.split_once('/')?;
    let (_, step) = Step::NAMED.iter().find(|(known, _)| *known == name)?;
    Some((list.to_owned(), *step))
}
