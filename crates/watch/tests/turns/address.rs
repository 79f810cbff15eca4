//! What must hold for any text in place of a receiver's address; shared with the fuzzer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::secret::Secret;
use reqwest::Url;
use watch::channel::{check_address, is_public};

/// What an address leads to, as far as it can be told without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// It is refused as it stands.
    Nowhere,
    /// To a name or a number that may be anybody's.
    Out,
    /// To a number inside.
    In,
}

/// Checks a text as the address of a receiver, and four or sixteen bytes as a number; nothing may make it panic.
///
/// What passes is TLS without a name or password; the sentence about what does not never repeats it; a number inside
/// is known as such however it is written.
pub fn judge(bytes: &[u8]) -> Leads {
    number(bytes);
    let Ok(text) = str::from_utf8(bytes) else { return Leads::Nowhere };
    let secret = Secret::new(text);
    let (checked, next_door) = (check_address(&secret, false), check_address(&secret, true));
    assert!(checked.is_err() || next_door.is_ok(), "allowed from far, but not from next door");
    for sentence in [&checked, &next_door].into_iter().filter_map(|checked| checked.as_ref().err()) {
        assert!(text.len() < 12 || !sentence.contains(text), "the address stands in its sentence");
    }
    let Ok(url) = Url::parse(text) else {
        assert!(next_door.is_err(), "no address, but it passes");
        return Leads::Nowhere;
    };
    if checked.is_err() {
        return Leads::Nowhere;
    }
    assert!(
        url.scheme() == "https" && url.username().is_empty() && url.password().is_none(),
        "{}",
        url.scheme()
    );
    let host = url.host_str().expect("an address that passes has a host");
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(number) if is_public(number) => {
            assert!(!is_inside(number), "{number} passes for one on the internet");
            Leads::Out
        }
        Ok(_) => Leads::In,
        Err(_) => {
            // Whatever the system would take for a number, such as 127.1, is one here already.
            let last = bare.strip_suffix('.').unwrap_or(bare).rsplit('.').next().unwrap_or_default();
            let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
            assert!(!is_number, "{bare} is a number in disguise");
            Leads::Out
        }
    }
}

fn number(bytes: &[u8]) {
    let number = match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).map(|bytes| IpAddr::from(Ipv4Addr::from(bytes))),
        16 => <[u8; 16]>::try_from(bytes).map(|bytes| IpAddr::from(Ipv6Addr::from(bytes))),
        _ => return,
    };
    let number = number.expect("as many bytes as it takes");
    assert!(!(is_public(number) && is_inside(number)), "{number} passes for one on the internet");
}

/// What the standard library knows to be inside, or reaches it by a way of its own.
fn is_inside(number: IpAddr) -> bool {
    match number {
        IpAddr::V4(v4) => {
            v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.octets()[0] == 0
        }
        IpAddr::V6(v6) => {
            let [first, second, .., a, b] = v6.segments();
            let [c, d] = a.to_be_bytes();
            let [e, f] = b.to_be_bytes();
            let inner = IpAddr::V4(Ipv4Addr::new(c, d, e, f));
            let is_wrapped = v6.to_ipv4_mapped().is_some() || (first, second) == (0x64, 0xff9b);
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
                || first == 0x2002
                || (is_wrapped && is_inside(inner))
        }
    }
}
