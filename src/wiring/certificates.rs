//! When certificates end: read from the files that the settings name.

use std::path::Path;

use domain::fingerprint::Certificate;
use jiff::Timestamp;
use x509_cert::Certificate as X509;

/// Reads one file; the first of its certificates to end counts.
pub fn of(name: &str, path: &Path) -> Certificate {
    let read = std::fs::read(path).map_err(|error| error.to_string()).and_then(|bytes| earliest(&bytes));
    let problem = read.as_ref().err().cloned().unwrap_or_default();
    Certificate { name: name.to_owned(), ends_at: read.ok(), problem }
}

fn earliest(pem: &[u8]) -> Result<Timestamp, String> {
    let chain = X509::load_pem_chain(pem).map_err(|error| format!("it holds no certificate: {error}"))?;
    let ends = chain.iter().map(|one| one.tbs_certificate.validity.not_after.to_unix_duration());
    let first = ends.min().ok_or_else(|| "it holds no certificate".to_owned())?;
    let seconds = i64::try_from(first.as_secs()).map_err(|error| error.to_string())?;
    Timestamp::from_second(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `openssl req -x509 -newkey ec -days 30`, for nobody.
    const PEM: &str = "-----BEGIN CERTIFICATE-----
MIIBhzCCAS2gAwIBAgIUFA2VSrQZOEnh8BQd/SMULNcOOJ4wCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwObm9ib2R5LmV4YW1wbGUwHhcNMjYxMTI1MjAwMTI1WhcNMjYx
MjI1MjAwMTI1WjAZMRcwFQYDVQQDDA5ub2JvZHkuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABFV2wABvzrqUC9a8csYVc3vpJiDspksOlo6SXKPmWg83
qrtV+NMqVSdguYk08z1/61VPSJ6odfirdzkewrqph5GjUzBRMB0GA1UdDgQWBBQe
CT8lG0m0caDTZ9e29BUAbdfCyzAfBgNVHSMEGDAWgBQeCT8lG0m0caDTZ9e29BUA
bdfCyzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCGyA0G6He9
q2770ZtDI5O9iqsoxn7AdpqFQWWRGX+OvAIgKRsiSdBmPAxoN+fuufxLDPj7tc/7
vYz7v70hIu8PmTo=
-----END CERTIFICATE-----
";

    #[test]
    fn the_first_to_end_of_a_file_counts_and_what_is_none_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("chain.pem");
        std::fs::write(&file, PEM).expect("written");
        let read = of("tis.ca_file", &file);
        assert_eq!(
            read.ends_at.map(|at| at.to_string()).as_deref(),
            Some("2026-12-25T20:01:25Z"),
            "{}",
            read.problem
        );
        std::fs::write(&file, "nothing\n").expect("written");
        assert!(of("x", &file).problem.contains("no certificate"));
        assert!(of("x", &folder.path().join("absent")).problem.contains("No such file"));
    }
}
