//! Where the store is, and where an answer waits on its way there.

use std::path::PathBuf;

use sources::gmc::Secret;

use super::layers::Origin;
use super::reader::Reader;

/// The setting that may carry a secret.
pub const URL: &str = "store.url";

/// Where the store and its spool are.
pub struct StoreSettings {
    /// Address, with its password.
    pub url: Secret,
    /// The same for the pages and what people do, for words to the GMC, and for the watch; each by its own login where one is
    /// named.
    pub web: Secret,
    /// See above.
    pub send: Secret,
    /// See above.
    pub watch: Secret,
    /// The same as it may be shown.
    pub shown: String,
    /// The file of the embedded store.
    pub file: Option<PathBuf>,
    /// Where an answer waits until it is known to be whole.
    pub spool: PathBuf,
}

/// Reads `[store]`.
pub fn read(reader: &Reader) -> StoreSettings {
    let url = reader.filled(URL);
    let is_sqlite = url.starts_with("sqlite://");
    if !is_sqlite && !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        reader.wrong(URL, "must begin with sqlite:// or postgres://");
    }
    if masked(&url) != url && !matches!(reader.found(URL).origin, Origin::Environment(_)) {
        reader.wrong(URL, "holds a password; put it into a file and name that in store.password_file");
    }
    let password = reader.secret("store.password_file");
    let full = password.map_or_else(|| url.clone(), |password| with_password(&url, &password));
    let login = |part: &str| login(reader, (&url, &full), part);
    StoreSettings {
        web: login("web"),
        send: login("send"),
        watch: login("watch"),
        url: Secret::new(full),
        shown: masked(&url),
        file: is_sqlite.then(|| {
            PathBuf::from(url.trim_start_matches("sqlite://").split('?').next().unwrap_or_default())
        }),
        spool: PathBuf::from(reader.filled("store.spool")),
    }
}

/// The address for one part of the program: by a login of its own, or by that of all.
fn login(reader: &Reader, url: (&str, &str), part: &str) -> Secret {
    let (url, full) = url;
    let (user_key, password_key) = (format!("store.{part}_user"), format!("store.{part}_password_file"));
    let (user, password) = (reader.text(&user_key), reader.secret(&password_key));
    if user.is_empty() {
        if password.is_some() {
            reader.wrong(&password_key, format!("is the password of nobody: name {user_key} as well"));
        }
        return Secret::new(full);
    }
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let Some((scheme, _, after)) = credentials(url).filter(|_| user.bytes().all(is_plain)) else {
        let sentence = "needs a store.url like postgres://USER@HOST/DATABASE, and is a name of letters a to z, digits and _";
        reader.wrong(&user_key, sentence);
        return Secret::new(full);
    };
    let own = format!("{scheme}://{user}{after}");
    Secret::new(password.map_or_else(|| own.clone(), |password| with_password(&own, &password)))
}

/// Where user and password stand in an address, and the part after them.
fn credentials(url: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let (credentials, _) = authority.rsplit_once('@')?;
    Some((scheme, credentials, &rest[credentials.len()..]))
}

/// An address whose password is not shown.
pub fn masked(url: &str) -> String {
    match credentials(url) {
        Some((scheme, credentials, after)) if credentials.contains(':') => {
            let user = credentials.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:…{after}")
        }
        _ => url.to_owned(),
    }
}

fn with_password(url: &str, password: &str) -> String {
    let Some((scheme, credentials, after)) = credentials(url) else { return url.to_owned() };
    let user = credentials.split(':').next().unwrap_or_default();
    // Every byte that is no letter or digit is written as %XX, so that no password can bend the address.
    let escaped: String = password
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    format!("{scheme}://{user}:{escaped}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_put_in_and_never_shown() {
        let cases = [
            ("postgres://reval@db:5432/reval", "postgres://reval:p%40s%2F@db:5432/reval"),
            ("postgres://reval:old@db/reval", "postgres://reval:p%40s%2F@db/reval"),
            ("sqlite://data/reval.db", "sqlite://data/reval.db"),
        ];
        for (url, full) in cases {
            assert_eq!(with_password(url, "p@s/"), full);
        }
        assert_eq!(masked("postgres://reval:old@db/reval"), "postgres://reval:…@db/reval");
        assert_eq!(masked("postgres://reval@db/reval"), "postgres://reval@db/reval");
        assert_eq!(masked("sqlite://a@b:c.db"), "sqlite://a@b:c.db");
    }
}
