//! Where pages are served.

use std::net::{Ipv4Addr, SocketAddr};

use super::reader::Reader;

/// Where pages are served.
pub struct Web {
    /// The address; only of the loopback, because it speaks plain HTTP.
    pub listen: SocketAddr,
}

/// Reads `[web]`.
pub fn read(reader: &Reader) -> Web {
    let text = reader.filled("web.listen");
    let listen = text.parse::<SocketAddr>().unwrap_or_else(|_| {
        let sentence = format!("is \"{text}\"; it must be an address and a port, such as \"127.0.0.1:8080\"");
        reader.wrong("web.listen", sentence);
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
    });
    if !listen.ip().is_loopback() {
        let sentence = "would send passwords over the network as plain text; only addresses of \
                        this machine's loopback are served, such as \"127.0.0.1:8080\"";
        reader.wrong("web.listen", sentence);
    }
    Web { listen }
}
