//! Where pages are served.

use std::net::{Ipv4Addr, SocketAddr};

use super::reader::Reader;

/// Where pages are served.
pub struct Web {
    /// The address; only of the loopback, because it speaks plain HTTP.
    pub listen: SocketAddr,
    /// Where monitors ask, and nobody else.
    pub monitors: Option<SocketAddr>,
}

/// Reads `[web]`.
pub fn read(reader: &Reader) -> Web {
    let listen = address(reader, "web.listen").unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let is_apart = !reader.text("web.monitors").is_empty();
    Web { listen, monitors: is_apart.then(|| address(reader, "web.monitors")).flatten() }
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
