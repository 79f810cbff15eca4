//! How to ask the GMC.

use ops::{Production, Site};
use sources::gmc::client::Retries;
use sources::gmc::{Caps, GmcSettings, Secret};

use super::reader::Reader;

/// Whether each list is counted again at the GMC once a run has published it.
pub fn is_recounting(reader: &Reader) -> bool {
    reader.flag("gmc.recount")
}

/// Whether `serve` sends what is queued for the GMC.
pub fn is_sending(reader: &Reader) -> bool {
    reader.flag("gmc.send")
}

/// Reads `[gmc]`; in production it refuses to send the password in the clear, or to be without one.
pub fn read(reader: &Reader, site: &Site) -> GmcSettings {
    let url = reader.filled("gmc.url");
    let password = reader.secret("gmc.password_file");
    if let Some(problem) = url_problem(&url, site) {
        reader.wrong("gmc.url", problem);
    }
    if is_real(&url, site) && password.is_none() {
        reader.wrong("gmc.password_file", "must name the file with the account's password in production");
    }
    GmcSettings {
        url,
        user: reader.filled("gmc.user"),
        password: Secret::new(password.unwrap_or_default()),
        internal_user: reader.filled("gmc.internal_user"),
        user_agent: reader.filled("gmc.user_agent"),
        connect_timeout: reader.duration("gmc.connect_timeout"),
        answer_timeout: reader.duration("gmc.answer_timeout"),
        retries: Retries {
            attempts: reader.count("gmc.attempts", 1, 10),
            first_wait: reader.duration("gmc.first_wait"),
            longest_wait: reader.duration("gmc.longest_wait"),
        },
        caps: caps(reader),
    }
}

/// What is wrong with an address of the GMC, if anything is.
pub fn url_problem(url: &str, site: &Site) -> Option<&'static str> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Some("must begin with https:// or http://");
    }
    let is_open = is_real(url, site) && !url.starts_with("https://");
    is_open.then_some("must begin with https:// in production: the password travels with every call")
}

fn is_real(url: &str, site: &Site) -> bool {
    site.production == Production::Real && !is_loopback(url)
}

fn caps(reader: &Reader) -> Caps {
    /// A list of nine million doctors is about four gigabytes; nothing the GMC could send is larger than this.
    const MOST: u64 = 1 << 36;
    let small = |key| usize::try_from(reader.count(key, 1, 1 << 30)).unwrap_or(usize::MAX);
    Caps {
        bytes: reader.count("gmc.bytes_max", 1024, MOST),
        depth: small("gmc.depth_max"),
        attributes: small("gmc.attributes_max"),
        text: small("gmc.text_bytes_max"),
        token: reader.count("gmc.token_bytes_max", 1024, MOST),
        records: reader.count("gmc.records_max", 1, 100_000_000),
    }
}

fn is_loopback(url: &str) -> bool {
    let host = url.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| host == *own || host.starts_with(&format!("{own}:")))
}
