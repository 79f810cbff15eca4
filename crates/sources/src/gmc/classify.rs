//! Classifies a reply by its head, before a single byte is taken for XML.

use super::incomplete::{Class, Incomplete};

/// The head of an HTTP reply.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, lower case.
    pub content_type: String,
    /// `Content-Encoding`, lower case; empty if none.
    pub content_encoding: String,
    /// `Retry-After` in seconds, if it was a number.
    pub retry_after_s: Option<u64>,
    /// The edge's own id of the request, for the supplier.
    pub edge_ray: Option<String>,
}

/// Whether the body may be read as the answer; a 500 may be a SOAP fault and is read for its sentence only.
pub fn check(head: &Head) -> Result<(), Incomplete> {
    let xml =
        head.content_type.starts_with("text/xml") || head.content_type.starts_with("application/soap+xml");
    if !head.content_encoding.is_empty() && head.content_encoding != "identity" {
        let sentence =
            format!("the answer is encoded as {}, which we did not ask for", word(&head.content_encoding));
        return Err(Incomplete::new(Class::NotSoap, sentence));
    }
    match head.status {
        200 if xml => Ok(()),
        200 => {
            let kind = word(&head.content_type);
            Err(Incomplete::new(
                Class::NotSoap,
                format!("a page came back instead of SOAP (content type {kind})"),
            ))
        }
        500 if xml => Err(Incomplete::new(Class::Fault, "the GMC's service answered with a SOAP fault")),
        401 | 403 | 407 | 451 if !xml => Err(edge(head)),
        429 | 500 | 502..=504 => {
            let sentence = format!("the GMC's service is not available just now (HTTP {})", head.status);
            Err(Incomplete { retry_after_s: head.retry_after_s, ..Incomplete::new(Class::Busy, sentence) })
        }
        status => {
            Err(Incomplete::new(Class::NotSoap, format!("HTTP {status} came back instead of an answer")))
        }
    }
}

fn edge(head: &Head) -> Incomplete {
    let ray = head.edge_ray.as_deref().map(|ray| format!(", reference {}", word(ray))).unwrap_or_default();
    let sentence =
        format!("refused at the network edge, not by the GMC's application (HTTP {}{ray})", head.status);
    Incomplete::new(Class::EdgeRefused, sentence)
}

/// Keeps a header's value printable and short.
fn word(text: &str) -> String {
    let shown: String = text.chars().filter(char::is_ascii_graphic).take(40).collect();
    if shown.is_empty() { "none".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_head_has_its_class() {
        let cases = [
            (200, "text/xml; charset=utf-8", None),
            (200, "application/soap+xml", None),
            (200, "text/html", Some(Class::NotSoap)),
            (200, "application/json", Some(Class::NotSoap)),
            (200, "", Some(Class::NotSoap)),
            (403, "text/html", Some(Class::EdgeRefused)),
            (500, "text/xml", Some(Class::Fault)),
            (500, "text/html", Some(Class::Busy)),
            (502, "text/html", Some(Class::Busy)),
            (503, "text/plain", Some(Class::Busy)),
            (429, "text/html", Some(Class::Busy)),
            (302, "text/html", Some(Class::NotSoap)),
            (415, "text/xml", Some(Class::NotSoap)),
        ];
        for (status, content_type, expected) in cases {
            let head = Head { status, content_type: content_type.into(), ..Head::default() };
            assert_eq!(check(&head).err().map(|e| e.class), expected, "{status} {content_type}");
        }
    }

    #[test]
    fn an_encoding_we_did_not_ask_for_is_refused() {
        let head = Head {
            status: 200,
            content_type: "text/xml".into(),
            content_encoding: "gzip".into(),
            ..Head::default()
        };
        assert_eq!(check(&head).err().map(|e| e.class), Some(Class::NotSoap));
    }
}
