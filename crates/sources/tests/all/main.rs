//! What this room reads from outside, tried on files: extracts of TIS, and answers of the GMC in every shape.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod any_rows;
mod corpus;
mod database;
mod edges;
mod line;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;
mod mysql_8;
mod properties;
mod proxy;
mod recount;
mod short;
mod tis;

/// TLS as the program sets it up, once for all tests.
fn with_tls() {
    static TLS: std::sync::Once = std::sync::Once::new();
    TLS.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
