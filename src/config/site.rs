//! The environment.

use ops::{Production, Site};

use super::reader::Reader;

/// Colours of the design system's tags.
const COLOURS: [&str; 10] =
    ["white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow"];

/// Reads `[site]`.
pub fn read(reader: &Reader) -> Site {
    let public_url = reader.filled("site.public_url");
    if !public_url.starts_with("http://") && !public_url.starts_with("https://") || public_url.ends_with('/')
    {
        reader.wrong("site.public_url", "must begin with http:// or https:// and not end with a slash");
    }
    Site {
        environment: reader.filled("site.environment"),
        colour: reader.word("site.colour", &COLOURS),
        production: if reader.flag("site.production") { Production::Real } else { Production::Rehearsal },
        public_url,
    }
}
