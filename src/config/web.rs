//! Where pages are served.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use domain::pace::Pace;
use web::Paces;

use super::reader::Reader;

/// Where pages are served.
pub struct Web {
    /// The address; only of the loopback, because it speaks plain HTTP.
    pub listen: SocketAddr,
    /// Where monitors ask, and nobody else.
    pub monitors: Option<SocketAddr>,
    /// How often people, programs and machines may ask.
    pub paces: Paces,
}

/// Reads `[web]`.
pub fn read(reader: &Reader) -> Web {
    let listen = address(reader, "web.listen").unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let is_apart = !reader.text("web.monitors").is_empty();
    let monitors = is_apart.then(|| address(reader, "web.monitors")).flatten();
    let pace =
        |key: &str| Pace { per_minute: u32::try_from(reader.count(key, 4, 1_000_000)).unwrap_or(u32::MAX) };
    let paces = Paces {
        of_a_caller: pace("web.caller_per_minute"),
        of_an_address: pace("web.address_per_minute"),
        proxies: proxies(reader),
    };
    Web { listen, monitors, paces }
}

fn proxies(reader: &Reader) -> Vec<IpAddr> {
    let text = reader.text("web.proxies");
    let parsed: Result<Vec<IpAddr>, _> = text.split_whitespace().map(str::parse).collect();
    parsed.unwrap_or_else(|_| {
        let sentence =
            format!("is \"{text}\"; it must be addresses parted by spaces, such as \"127.0.0.1 ::1\"");
        reader.wrong("web.proxies", sentence);
        Vec::new()
    })
}

fn address(reader: &Reader, key: &str) -> Option<SocketAddr> {
    let text = reader.filled(key);
    let Ok(address) = text.parse::<SocketAddr>() else {
        let sentence = format!("is \"{text}\"; it must be an address and a port, such as \"127.0.0.1:8080\"");
        reader.wrong(key, sentence);
        return None;
    };
    if !address.ip().is_loopback() {
        let sentence = "would send passwords over the network as plain text; only addresses of \
                        this machine's loopback are served, such as \"127.0.0.1:8080\"";
        reader.wrong(key, sentence);
    }
    Some(address)
}
