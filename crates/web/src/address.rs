//! From which machine a request came: attempts to sign in are counted by it, and requests as well.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

use crate::App;

/// What a proxy says of for whom it asks.
const FORWARDED: &str = "x-forwarded-for";

/// The address of the other end. What a request says of itself is believed only of a proxy that the settings name.
pub struct Address(pub String);

impl FromRequestParts<Arc<App>> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self(of(&parts.headers, &parts.extensions, &app.paced.paces.proxies)))
    }
}

/// The same of a request that nobody has taken apart.
pub fn of(headers: &HeaderMap, extensions: &Extensions, proxies: &[IpAddr]) -> String {
    let Some(ConnectInfo(peer)) = extensions.get::<ConnectInfo<SocketAddr>>() else {
        return "unknown".to_owned();
    };
    let said: Vec<&str> = headers.get_all(FORWARDED).iter().filter_map(|value| value.to_str().ok()).collect();
    client(peer.ip(), &said.join(","), proxies).to_string()
}

/// Each proxy adds at the end for whom it asks; so the list is believed from its end, as far as proxies of ours wrote it.
fn client(peer: IpAddr, said: &str, proxies: &[IpAddr]) -> IpAddr {
    let mut address = peer.to_canonical();
    let mut said = said.rsplit(',').map(|text| text.trim().parse::<IpAddr>());
    while proxies.contains(&address) {
        match said.next() {
            Some(Ok(next)) => address = next.to_canonical(),
            Some(Err(_)) | None => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_says_of_itself_is_believed_as_far_as_our_proxies_wrote_it() {
        let none: &[&str] = &[];
        let (one, two): (&[&str], &[&str]) = (&["127.0.0.1"], &["127.0.0.1", "10.0.0.9"]);
        let cases = [
            ("127.0.0.1", "203.0.113.7", none, "127.0.0.1"),
            ("198.51.100.2", "203.0.113.7", one, "198.51.100.2"),
            ("127.0.0.1", "203.0.113.7", one, "203.0.113.7"),
            ("127.0.0.1", "1.1.1.1, 203.0.113.7", one, "203.0.113.7"),
            ("127.0.0.1", "203.0.113.7,10.0.0.9", two, "203.0.113.7"),
            ("127.0.0.1", "203.0.113.7, 10.0.0.8", two, "10.0.0.8"),
            ("127.0.0.1", "", one, "127.0.0.1"),
            ("127.0.0.1", "unknown", one, "127.0.0.1"),
            ("127.0.0.1", "203.0.113.7, nonsense", one, "127.0.0.1"),
            ("127.0.0.1", "127.0.0.1, 127.0.0.1", one, "127.0.0.1"),
            ("::1", "2001:db8::7", &["::1"], "2001:db8::7"),
            ("::ffff:127.0.0.1", "203.0.113.7", one, "203.0.113.7"),
        ];
        let parse = |text: &str| text.parse::<IpAddr>().expect("an address");
        for (peer, said, proxies, expected) in cases {
            let proxies: Vec<IpAddr> = proxies.iter().map(|text| parse(text)).collect();
            assert_eq!(client(parse(peer), said, &proxies), parse(expected), "{peer} says {said:?}");
        }
    }
}
