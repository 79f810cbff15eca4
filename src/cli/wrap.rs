//! `reval wrap`: starts any program and reports how it went, so that an old cron entry is watched without touching its code.

mod memory;

use std::collections::VecDeque;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::clock::Clock as _;
use domain::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use super::Common;
use super::say::{self, Said, Voice};
use super::signals::watched;
use crate::exit::{Exit, Failure};
use crate::wiring::{SystemClock, install_tls, settings};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval wrap rvr_4f1c… --url https://reval.example.nhs.uk -- /usr/bin/rsync -a /data /backup
  reval wrap @/etc/reval/ndw.key --url https://reval.example.nhs.uk -- sh -c 'etl.sh && report.sh'

Reports the start, the end, the exit code, the duration, the peak memory and the last lines of what the program says. A line
\"reval-records: N\" of it says how many records it took in, \"reval-as-of: 2026-11-25T00:05:00Z\" how fresh they are. The key is
made by `reval keys add`; with @ it is read from a file, so that no list of processes shows it. It ends as the program ends:
with its code, with 128 and the signal's number, or with 127 where it cannot be started. A report that does not arrive is said on
standard error and changes nothing: the job is then missed, and people are told.";

/// Lines of what a program says that are reported. Arbitrary; the end says how it ended.
const TAIL_LINES: usize = 100;
/// A report is sent again after these waits.
const WAITS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2)];
/// Longest that one report may take.
const REPORT_MAX: Duration = Duration::from_secs(10);
/// The code of a shell for what cannot be started.
const NOT_STARTED: u8 = 127;

/// Start any program and report how it went.
#[derive(clap::Args)]
pub struct Args {
    /// The key, or @FILE that holds it.
    key: String,
    /// Where Reval is; the settings' `site.public_url` if absent.
    #[arg(long)]
    url: Option<String>,
    /// The program and what it is told.
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// The end of what a program says, and what it says of its evidence.
#[derive(Default)]
struct Heard {
    tail: VecDeque<String>,
    records: Option<u64>,
    as_of: Option<Timestamp>,
}

impl Heard {
    fn take(&mut self, line: &str) {
        let stated = |word: &str| line.trim().strip_prefix(word).map(str::trim);
        self.records = stated("reval-records:").and_then(|text| text.parse().ok()).or(self.records);
        self.as_of = stated("reval-as-of:").and_then(|text| text.parse().ok()).or(self.as_of);
        if self.tail.len() == TAIL_LINES {
            self.tail.pop_front();
        }
        self.tail.push_back(line.to_owned());
    }
}

/// Does it; gives the code with which the program ended.
pub async fn run(common: &Common, args: &Args) -> Result<u8, Failure> {
    install_tls();
    let asked = watched()?;
    let reporter = Reporter::new(common, args)?;
    let began = SystemClock.now();
    let heard = Arc::new(Mutex::new(Heard::default()));
    let work = async {
        match start(&args.command) {
            Ok(child) => carry(child, &heard, asked).await,
            Err(error) => Ok((NOT_STARTED, format!("{} cannot be started: {error}", args.command[0]), None)),
        }
    };
    // The program does not wait for Reval.
    let (ended, ()) = tokio::join!(work, reporter.say("/start", json!({})));
    let (code, ending, peak) = ended?;
    let took = SystemClock.now().duration_since(began).max(SignedDuration::ZERO);
    let heard = std::mem::take(&mut *heard.lock().map_err(|_| anyhow::anyhow!("a listener broke off"))?);
    let memory =
        peak.map_or_else(String::new, |bytes| format!(", peak memory {} MiB", bytes.div_ceil(1024 * 1024)));
    let summary = format!("{ending} after {:.1} s{memory}", took.as_secs_f64());
    let log: Vec<String> = heard.tail.into_iter().chain([summary]).collect();
    let evidence =
        json!({ "records": heard.records.unwrap_or_default(), "as_of": heard.as_of, "log": log.join("\n") });
    reporter.say(&format!("/{code}"), evidence).await;
    Ok(code)
}

fn start(command: &[String]) -> std::io::Result<Child> {
    let mut program = Command::new(&command[0]);
    program.args(&command[1..]).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn()
}

/// Hears a program to its end, and hands on what asks us to end; gives its code, in words how it ended, and the most memory.
async fn carry(
    mut child: Child,
    heard: &Arc<Mutex<Heard>>,
    asked: impl Future<Output = ()>,
) -> Result<(u8, String, Option<u64>), Failure> {
    let id = child.id();
    let out = child.stdout.take().map(|from| tokio::spawn(pass_on(from, Said::Out, Arc::clone(heard))));
    let err = child.stderr.take().map(|from| tokio::spawn(pass_on(from, Said::Err, Arc::clone(heard))));
    let mut peak = None;
    tokio::pin!(asked);
    let mut is_asked = false;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status,
            () = &mut asked, if !is_asked => {
                is_asked = true;
                id.into_iter().for_each(memory::ask_to_end);
            }
            () = tokio::time::sleep(memory::LOOK_EVERY) => peak = peak.max(id.and_then(memory::of_tree)),
        }
    };
    let status = status.map_err(|error| anyhow::anyhow!("the program's end is not known: {error}"))?;
    for listener in [out, err].into_iter().flatten() {
        // A child that outlives the program may hold its output open: it is not waited for.
        let _ = tokio::time::timeout(Duration::from_secs(1), listener).await;
    }
    let (code, ending) = ending(status);
    Ok((code, ending, peak))
}

fn ending(status: ExitStatus) -> (u8, String) {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => (u8::try_from(code).unwrap_or(u8::MAX), format!("it ended with code {code}")),
        (None, Some(signal)) => {
            (128 + u8::try_from(signal).unwrap_or_default(), format!("it was ended by signal {signal}"))
        }
        (None, None) => (u8::MAX, "it ended".to_owned()),
    }
}

/// Hands on what is said as it comes, and remembers its end.
async fn pass_on(from: impl AsyncRead + Unpin, of: fn(Vec<u8>) -> Said, heard: Arc<Mutex<Heard>>) {
    let (mut reader, mut line) = (BufReader::new(from), Vec::new());
    loop {
        line.clear();
        match reader.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        say::pass_on(&of(line.clone()));
        if let Ok(mut heard) = heard.lock() {
            heard.take(String::from_utf8_lossy(&line).trim_end());
        }
    }
}

/// Brings reports to Reval.
struct Reporter {
    client: reqwest::Client,
    address: Secret,
    rid: String,
    voice: Voice,
}

impl Reporter {
    fn new(common: &Common, args: &Args) -> Result<Self, Failure> {
        let key = match args.key.strip_prefix('@') {
            None => args.key.clone(),
            Some(file) => std::fs::read_to_string(file)
                .map_err(|error| Failure::new(Exit::Invalid, format!("{file} cannot be read: {error}")))?,
        };
        let place = match &args.url {
            Some(url) => url.clone(),
            None => settings(common.config.as_deref())?.0.site.public_url,
        };
        let client = reqwest::Client::builder()
            .user_agent("Reval")
            .timeout(REPORT_MAX)
            .build()
            .map_err(|error| anyhow::anyhow!("no connection can be prepared: {error}"))?;
        let mut chance = [0; 16];
        getrandom::fill(&mut chance)
            .map_err(|error| anyhow::anyhow!("the system gives no chance: {error}"))?;
        let rid = chance.iter().map(|byte| format!("{byte:02x}")).collect();
        let address = Secret::new(format!("{}/ping/{}", place.trim_end_matches('/'), key.trim()));
        Ok(Self { client, address, rid, voice: common.voice() })
    }

    /// Says it, a few times if need be: under one name it counts once.
    async fn say(&self, what: &str, evidence: serde_json::Value) {
        let address = format!("{}{what}?rid={}", self.address.reveal(), self.rid);
        let mut why = String::new();
        for wait in WAITS {
            tokio::time::sleep(wait).await;
            let request = self.client.post(&address).header("content-type", "application/json");
            match request.body(evidence.to_string()).send().await {
                Ok(answer) if answer.status().is_success() => return,
                Ok(answer) => why = format!("Reval answered {}", answer.status()),
                Err(error) => why = error.without_url().to_string(),
            }
        }
        let sentence = format!("a report to Reval did not arrive: {why}; the program goes on");
        say::failure(self.voice, &Failure::new(Exit::Unavailable, sentence));
    }
}
