//! Where the database of TIS is and how long it may take; nothing here shows a password.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::gmc::Secret;

/// The port of MySQL and MariaDB.
const PORT: u16 = 3306;

/// `mysql://USER@HOST:PORT/DATABASE`, taken apart. `Display` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TisAddress {
    /// The account, which needs to read and nothing else.
    pub user: String,
    /// Name or number of the machine.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database with the tables.
    pub database: String,
}

impl TisAddress {
    /// Takes an address apart, or says in words what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str = "must have the form mysql://USER@HOST:PORT/DATABASE";
        let rest = text.strip_prefix("mysql://").ok_or(SHAPE)?;
        let (user, rest) = rest.rsplit_once('@').ok_or(SHAPE)?;
        let (place, database) = rest.split_once('/').ok_or(SHAPE)?;
        if user.contains(':') {
            return Err("holds a password; put it into a file and name that in tis.password_file");
        }
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().map_err(|_| SHAPE)?),
            _ => (place, PORT),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$');
        if user.is_empty() || host.is_empty() || database.is_empty() || !database.chars().all(is_name) {
            return Err(SHAPE);
        }
        Ok(Self { user: user.to_owned(), host: host.to_owned(), port, database: database.to_owned() })
    }

    /// Whether it is this machine itself; everywhere else the connection must be encrypted.
    pub fn is_loopback(&self) -> bool {
        let is_own_number = self.host.parse().is_ok_and(|number: IpAddr| number.is_loopback());
        is_own_number || self.host.eq_ignore_ascii_case("localhost")
    }
}

impl fmt::Display for TisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, port, database) = (&self.user, self.port, &self.database);
        match self.host.contains(':') {
            true => write!(f, "mysql://{user}@[{}]:{port}/{database}", self.host),
            false => write!(f, "mysql://{user}@{}:{port}/{database}", self.host),
        }
    }
}

/// The database of TIS and how long it may take.
#[derive(Clone)]
pub struct TisDatabase {
    /// Where it is.
    pub address: TisAddress,
    /// The account's password; perhaps empty.
    pub password: Secret,
    /// The authority that signs the server's certificate; the public ones if absent.
    pub ca_file: Option<PathBuf>,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for a table that somebody keeps locked.
    pub lock_timeout: Duration,
    /// Longest time for the whole reading, and so for any statement of it.
    pub read_timeout: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_and_shown_again() {
        let cases = [
            ("mysql://reval@tis.example:3307/tcs", "tis.example", 3307, false),
            ("mysql://reval@127.0.0.1/tcs", "127.0.0.1", 3306, true),
            ("mysql://reval@127.8.8.8:1/tcs", "127.8.8.8", 1, true),
            ("mysql://reval@[::1]:3306/tcs", "::1", 3306, true),
            ("mysql://reval@[::ffff:127.0.0.1]:3306/tcs", "::ffff:127.0.0.1", 3306, false),
            ("mysql://re@val@localhost/tcs", "localhost", 3306, true),
            ("mysql://reval@localhost.example/tcs", "localhost.example", 3306, false),
        ];
        for (text, host, port, is_loopback) in cases {
            let address = TisAddress::parse(text).expect(text);
            assert_eq!((address.host.as_str(), address.port), (host, port), "{text}");
            assert_eq!(address.is_loopback(), is_loopback, "{text}");
            assert_eq!(TisAddress::parse(&address.to_string()), Ok(address), "{text}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_meant_is_refused_in_words() {
        let cases = [
            ("", "must have the form"),
            ("postgres://reval@tis/tcs", "must have the form"),
            ("mysql://tis/tcs", "must have the form"),
            ("mysql://reval@tis", "must have the form"),
            ("mysql://reval@tis/", "must have the form"),
            ("mysql://reval@tis:port/tcs", "must have the form"),
            ("mysql://reval@tis/tcs?ssl-mode=disabled", "must have the form"),
            ("mysql://reval:secret@tis/tcs", "holds a password"),
        ];
        for (text, sentence) in cases {
            let said = TisAddress::parse(text).expect_err(text);
            assert!(said.starts_with(sentence), "{text}: {said}");
        }
    }
}
