//! HAProxy, asked over its runtime socket: which server is how, and which is to take no more requests.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::unavailable;
use crate::config::PlaySettings;
use crate::exit::{Exit, Failure};

/// For one answer; HAProxy gives it at once.
const PATIENCE: Duration = Duration::from_secs(10);
/// For sessions to end, and for a server to be found up. `serve` itself takes 25 seconds at most.
const WAIT_MAX: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How one server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// HAProxy's word: UP, DRAIN, DOWN …
    pub status: String,
    /// Sessions that it has.
    pub sessions: u64,
}

impl Server {
    /// Whether it takes requests.
    pub fn is_up(&self) -> bool {
        self.status.starts_with("UP") || self.status == "no check"
    }
}

async fn ask(settings: &PlaySettings, command: &str) -> Result<String, Failure> {
    let socket = &settings.haproxy_socket;
    let asking = async {
        let mut line = UnixStream::connect(socket).await?;
        line.write_all(format!("{command}\n").as_bytes()).await?;
        let mut answer = String::new();
        line.read_to_string(&mut answer).await?;
        Ok::<String, std::io::Error>(answer)
    };
    let answer = tokio::time::timeout(PATIENCE, asking).await;
    let answer = answer.map_err(|_| unavailable(format!("HAProxy does not answer at {socket}")))?;
    answer.map_err(|error| unavailable(format!("HAProxy cannot be asked at {socket}: {error}")))
}

/// Reads how every server of the backend is, by name.
pub async fn servers(settings: &PlaySettings) -> Result<BTreeMap<String, Server>, Failure> {
    Ok(parsed(&ask(settings, "show stat").await?, &settings.haproxy_backend))
}

fn parsed(stat: &str, backend: &str) -> BTreeMap<String, Server> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(stat.trim_start_matches("# ").as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().filter_map(Result::ok).collect();
    let of = |row: &BTreeMap<String, String>, name: &str| row.get(name).cloned().unwrap_or_default();
    let is_server = |row: &&BTreeMap<String, String>| {
        of(row, "pxname") == backend && !["FRONTEND", "BACKEND"].contains(&of(row, "svname").as_str())
    };
    let server = |row: &BTreeMap<String, String>| {
        let sessions = of(row, "scur").parse().unwrap_or_default();
        (of(row, "svname"), Server { status: of(row, "status"), sessions })
    };
    rows.iter().filter(is_server).map(server).collect()
}

/// Takes a server out, if another is up, and waits until it has no sessions.
pub async fn drain(settings: &PlaySettings, name: &str) -> Result<String, Failure> {
    let all = servers(settings).await?;
    if !all.iter().any(|(other, server)| other != name && server.is_up()) {
        let sentence = format!("{name} is not taken out of the balance: no other node is up");
        return Err(Failure::new(Exit::Conflict, sentence));
    }
    set(settings, name, "drain").await?;
    until(settings, name, "has no sessions", |server| server.sessions == 0).await
}

/// Puts a server back, and waits until HAProxy's own checks find it up.
pub async fn put_back(settings: &PlaySettings, name: &str) -> Result<String, Failure> {
    set(settings, name, "ready").await?;
    until(settings, name, "is up", Server::is_up).await
}

async fn set(settings: &PlaySettings, name: &str, state: &str) -> Result<(), Failure> {
    let said =
        ask(settings, &format!("set server {}/{name} state {state}", settings.haproxy_backend)).await?;
    match said.trim() {
        "" => Ok(()),
        said => Err(unavailable(format!("HAProxy refused: {said}"))),
    }
}

async fn until(
    settings: &PlaySettings,
    name: &str,
    what: &str,
    is_so: impl Fn(&Server) -> bool,
) -> Result<String, Failure> {
    let waiting = async {
        loop {
            match servers(settings).await?.remove(name) {
                Some(server) if is_so(&server) => return Ok(format!("{name} {what}: {}", server.status)),
                _ => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    };
    if let Ok(found) = tokio::time::timeout(WAIT_MAX, waiting).await {
        return found;
    }
    let found =
        servers(settings).await?.remove(name).map_or_else(|| "unknown".to_owned(), |server| server.status);
    Err(unavailable(format!("{name} is {found}, and it did not come to be that it {what}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_by_the_names_of_the_columns() {
        let stat = "# pxname,svname,qcur,scur,status,\npages,FRONTEND,,3,OPEN,\nreval,a,0,2,UP,\nreval,b,0,0,DRAIN,\n\
                    reval,BACKEND,0,2,UP,\nother,a,0,9,UP,\n\n";
        let found = parsed(stat, "reval");
        let server = |status: &str, sessions| Server { status: status.to_owned(), sessions };
        assert_eq!(found, BTreeMap::from([("a".into(), server("UP", 2)), ("b".into(), server("DRAIN", 0))]));
        assert!(server("UP 1/3", 0).is_up() && !server("DRAIN", 0).is_up() && !server("DOWN", 0).is_up());
    }
}
