//! Starts a program of this machine and listens to it: the one path by which anything new is started here.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

/// Where a started program finds others; nothing else of our environment reaches it.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// Longest piece of output taken as one line, bytes.
const LINE_MAX: u64 = 64 * 1024;

/// A program and how it is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its file.
    pub file: PathBuf,
    /// What it is told.
    pub arguments: Vec<String>,
    /// Its environment, beside a `PATH` of the system's own folders.
    pub environment: Vec<(String, String)>,
    /// Where it works; where this program was started if absent.
    pub directory: Option<PathBuf>,
    /// After this long it is ended, with everything it started.
    pub time_limit: Duration,
}

/// What somebody said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// On its output.
    Out(String),
    /// On its output for errors.
    Err(String),
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with a code.
    Exited(i32),
    /// By a signal.
    Killed,
    /// It took too long.
    TimedOut,
    /// It could not be started, and why.
    NotStarted(String),
}

/// A started program with everything it starts: ended whole, also where nobody waits for it any more.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(pid) = self.0 {
            // A group that is gone already is no error.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

impl Program {
    /// The program of a declared command.
    pub fn of(command: &domain::job::Command) -> Self {
        Self {
            file: PathBuf::from(&command.file),
            arguments: command.arguments.clone(),
            environment: command.environment.clone(),
            directory: command.directory.as_ref().map(PathBuf::from),
            time_limit: Duration::try_from(command.time_limit).unwrap_or(Duration::ZERO),
        }
    }

    /// Starts it in a process group of its own, hands over what it says, and waits for its end.
    ///
    /// Whoever listens hears the last line after this has come back.
    pub async fn carry(&self, hear: mpsc::Sender<Said>) -> Ending {
        let mut child = match self.command().spawn() {
            Ok(child) => child,
            Err(error) => return Ending::NotStarted(format!("{}: {error}", self.file.display())),
        };
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        // Dropped in the end, also when nobody waits any more: what it left behind goes with it.
        let _group = Group(pid);
        listen(&mut child, hear);
        match tokio::time::timeout(self.time_limit, child.wait()).await {
            Err(_) => Ending::TimedOut,
            Ok(Err(error)) => Ending::NotStarted(error.to_string()),
            Ok(Ok(status)) => status.code().map_or(Ending::Killed, Ending::Exited),
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        command.args(&self.arguments).env_clear().env("PATH", PATH).envs(self.environment.clone());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command.process_group(0).kill_on_drop(true);
        command
    }
}

fn listen(child: &mut Child, hear: mpsc::Sender<Said>) {
    if let Some(stream) = child.stdout.take() {
        tokio::spawn(lines(stream, hear.clone(), Said::Out));
    }
    if let Some(stream) = child.stderr.take() {
        tokio::spawn(lines(stream, hear, Said::Err));
    }
}

/// Hands over each line of a stream, or a long piece of one.
async fn lines(stream: impl AsyncRead + Unpin, out: mpsc::Sender<Said>, what: fn(String) -> Said) {
    use tokio::io::AsyncReadExt as _;
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut reader).take(LINE_MAX).read_until(b'\n', &mut line).await;
        if read.is_err() || line.is_empty() {
            return;
        }
        let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        if out.send(what(text)).await.is_err() {
            return;
        }
    }
}
