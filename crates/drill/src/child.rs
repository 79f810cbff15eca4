//! Runs the real program as a process of its own against the sandbox, and lets it die where it is told to.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use domain::clock::Clock;
use domain::sending::Point;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::error::DrillError;
use crate::sandbox::{ENVIRONMENT, Sandbox};

/// The setting by which it kills itself on a wish's way.
const DIES_AT: &str = "REVAL__SANDBOX__DIES_AT";
/// The setting by which it falls asleep there.
const STOPS_AT: &str = "REVAL__SANDBOX__STOPS_AT";
/// How often the store is looked at while a program serves, and how many times at most.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const LOOKS_MAX: u32 = 6_000;

/// Of what a program logged before it ended by itself, so many lines are told.
const LINES_TOLD: usize = 5;

/// How a process ended and what it said.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it logged.
    pub stderr: String,
}

impl Ended {
    /// Whether a signal ended it.
    pub fn was_killed(&self) -> bool {
        self.code.is_none()
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("a signal".to_owned(), |code| format!("code {code}"));
        let said = if self.stdout.trim().is_empty() { &self.stderr } else { &self.stdout };
        write!(f, "ended by {code}; said: {}", said.trim())
    }
}

/// Runs the program; `kill_at` is `LIST/STEP`, at which it kills itself with a signal that nobody can catch.
pub async fn run(sandbox: &Sandbox, args: &[&str], kill_at: Option<&str>) -> Result<Ended, DrillError> {
    let config = write_config(sandbox, "off")?;
    start(sandbox, &config, args, kill_at).await
}

/// Runs the program, which kills itself when a wish has come to a point.
pub async fn run_until(sandbox: &Sandbox, args: &[&str], point: Point) -> Result<Ended, DrillError> {
    let config = write_config(sandbox, "off")?;
    ended(program(sandbox, &config, args).env(DIES_AT, point.word())).await
}

/// Writes more behind the settings that the program was last started with.
pub fn append(sandbox: &Sandbox, text: &str) -> Result<(), DrillError> {
    let (config, beside) = (sandbox.path("reval.toml"), sandbox.path("reval.toml.new"));
    std::fs::write(&beside, std::fs::read_to_string(&config)? + text)?;
    Ok(std::fs::rename(&beside, &config)?)
}

/// Runs the program with the settings as they stand.
pub async fn again(sandbox: &Sandbox, args: &[&str]) -> Result<Ended, DrillError> {
    ended(&mut program(sandbox, &sandbox.path("reval.toml"), args)).await
}

/// Runs the program as it would run in production, on the sandbox's store.
pub async fn run_in_production(sandbox: &Sandbox, args: &[&str]) -> Result<Ended, DrillError> {
    let config = write_config(sandbox, "on")?;
    start(sandbox, &config, args, None).await
}

async fn start(
    sandbox: &Sandbox,
    config: &Path,
    args: &[&str],
    kill_at: Option<&str>,
) -> Result<Ended, DrillError> {
    let mut command = program(sandbox, config, args);
    if let Some(kill_at) = kill_at {
        command.env("REVAL__SANDBOX__KILL_AT", kill_at);
    }
    ended(&mut command).await
}

async fn ended(command: &mut Command) -> Result<Ended, DrillError> {
    let output = command.output().await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) })
}

/// The program with the sandbox's settings alone: those of whoever plays a drill may name a real store.
fn program(sandbox: &Sandbox, config: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(&sandbox.place.program);
    command.arg("--config").arg(config).args(args).stdin(Stdio::null()).kill_on_drop(true);
    // Nothing but a place to find other programs.
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin");
    // No balancer stands before it.
    command.env("REVAL__NODE__PROBE_EVERY", "0s");
    command
}

/// The program serving pages and keeping the schedule, until it is killed or asked to end.
pub struct Serving {
    child: Child,
    /// What it logs.
    log: PathBuf,
}

/// Starts the program as a service in the sandbox; comes back once it says that it runs, and so hears of being asked to end.
pub async fn serve(sandbox: &Sandbox) -> Result<Serving, DrillError> {
    let config = write_config(sandbox, "off")?;
    Ok(Box::pin(running(sandbox, program(sandbox, &config, &["serve"]))).await?.0)
}

/// Starts the program as a service that only serves pages; gives where they are.
pub async fn serve_pages(sandbox: &Sandbox) -> Result<(Serving, String), DrillError> {
    let config = write_config(sandbox, "off")?;
    let mut command = program(sandbox, &config, &["serve"]);
    command.env("REVAL__SCHEDULE__ENABLED", "off").env("REVAL__GMC__SEND", "off");
    let (serving, said) = Box::pin(running(sandbox, command)).await?;
    let address = said.trim_start_matches("http://").split(['/', ' ']).next().unwrap_or_default();
    Ok((serving, address.to_owned()))
}

/// Starts a service and waits until it says that it runs; gives its first line as well.
async fn running(sandbox: &Sandbox, mut command: Command) -> Result<(Serving, String), DrillError> {
    let (out, log) = (sandbox.path("serve.out"), sandbox.path("serve.log"));
    command.stdout(std::fs::File::create(&out)?).stderr(std::fs::File::create(&log)?);
    let mut serving = Serving { child: command.spawn()?, log };
    let first =
        || std::fs::read_to_string(&out).map(|text| text.split_once('\n').map(|(line, _)| line.to_owned()));
    // On the heap: whole nights hold this future, and a test's stack is small.
    Box::pin(serving.until(sandbox, async || Ok(first()?.is_some()))).await?;
    Ok((serving, first()?.unwrap_or_default()))
}

/// Runs the program on another store.
pub async fn run_elsewhere(sandbox: &Sandbox, args: &[&str], store_url: &str) -> Result<Ended, DrillError> {
    let config = write_config(sandbox, "off")?;
    ended(program(sandbox, &config, args).env("REVAL__STORE__URL", store_url)).await
}

/// Asks a path of pages that are served; gives status and text.
pub async fn ask(address: &str, path: &str) -> Result<(u16, String), DrillError> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default();
    Ok((status, answer))
}

/// Starts the program as a service that only sends, and kills itself when a wish has come to a point.
pub async fn serve_until(sandbox: &Sandbox, point: Point) -> Result<Serving, DrillError> {
    serve_rehearsing(sandbox, (DIES_AT, point))
}

/// Starts the program as a service that only sends, and falls asleep the first time a wish has come to a point.
pub async fn serve_stopping(sandbox: &Sandbox, point: Point) -> Result<Serving, DrillError> {
    serve_rehearsing(sandbox, (STOPS_AT, point))
}

fn serve_rehearsing(sandbox: &Sandbox, (setting, point): (&str, Point)) -> Result<Serving, DrillError> {
    let config = write_config(sandbox, "off")?;
    let mut command = program(sandbox, &config, &["serve"]);
    command.env(setting, point.word()).env("REVAL__SCHEDULE__ENABLED", "off");
    started(sandbox, command)
}

fn started(sandbox: &Sandbox, mut command: Command) -> Result<Serving, DrillError> {
    let log = sandbox.path("serve.log");
    command.stdout(Stdio::null()).stderr(std::fs::File::create(&log)?);
    Ok(Serving { child: command.spawn()?, log })
}

impl Serving {
    /// Shows it the sandbox's clock.
    pub fn tell_time(&self, sandbox: &Sandbox) -> Result<(), DrillError> {
        show_time(sandbox)
    }

    /// Looks again and again until it is so, as long as the program lives and for two minutes at most.
    pub async fn until(
        &mut self,
        sandbox: &Sandbox,
        is_so: impl AsyncFn() -> Result<bool, DrillError>,
    ) -> Result<(), DrillError> {
        for _ in 0..LOOKS_MAX {
            if is_so().await? {
                return Ok(());
            }
            self.must_live()?;
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let now = sandbox.clock.now();
        Err(DrillError::Furnish(format!("at {now} the program did not come to what was expected of it")))
    }

    /// Waits until a signal has stopped it.
    pub async fn until_asleep(&mut self, sandbox: &Sandbox) -> Result<(), DrillError> {
        let pid = self.child.id().unwrap_or_default();
        let is_asleep = async || {
            // The state is the first word after the name, which stands in brackets.
            let told = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
            Ok(told.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T')))
        };
        self.until(sandbox, is_asleep).await
    }

    /// Wakes it.
    pub async fn wake(&self) -> Result<(), DrillError> {
        if let Some(pid) = self.child.id() {
            Command::new("/bin/sh").args(["-c", &format!("kill -CONT {pid}")]).status().await?;
        }
        Ok(())
    }

    /// Waits until it has killed itself, for two minutes at most.
    pub async fn died(&mut self) -> Result<(), DrillError> {
        let end = tokio::time::timeout(LOOK_EVERY * LOOKS_MAX, self.child.wait()).await;
        match end {
            Ok(Ok(status)) if status.code().is_none() => Ok(()),
            _ => Err(DrillError::Furnish("the program did not die as rehearsed".to_owned())),
        }
    }

    /// Waits until it has killed itself, or until something is so, and kills it then; gives whether it did so itself.
    pub async fn died_or(
        mut self,
        sandbox: &Sandbox,
        is_so: impl AsyncFn() -> Result<bool, DrillError>,
    ) -> Result<bool, DrillError> {
        let has_come = async || Ok(is_so().await?);
        let came = self.until(sandbox, has_come).await.is_ok();
        self.kill().await?;
        Ok(!came)
    }

    /// An error once it has ended by itself.
    fn must_live(&mut self) -> Result<(), DrillError> {
        let Some(status) = self.child.try_wait()? else { return Ok(()) };
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(LINES_TOLD).collect();
        let last = last.into_iter().rev().collect::<Vec<_>>().join("\n");
        Err(DrillError::Furnish(format!("the program ended by itself: {status}; it said last:\n{last}")))
    }

    /// Kills it by the signal that nobody can catch.
    pub async fn kill(mut self) -> Result<(), DrillError> {
        Ok(self.child.kill().await?)
    }

    /// Asks it to end, as a system does; gives its exit code.
    pub async fn end(mut self) -> Result<Option<i32>, DrillError> {
        if let Some(pid) = self.child.id() {
            let signal = format!("kill -TERM {pid}");
            Command::new("/bin/sh").args(["-c", &signal]).status().await?;
        }
        Ok(self.child.wait().await?.code())
    }
}

/// Writes the clock's file beside its place and moves it there: a program that starts just now never finds it empty.
fn show_time(sandbox: &Sandbox) -> Result<(), DrillError> {
    let beside = sandbox.path("clock.next");
    std::fs::write(&beside, sandbox.clock.now().to_string())?;
    Ok(std::fs::rename(beside, sandbox.path("clock"))?)
}

/// Writes the sandbox down as a configuration and its clock as a file.
fn write_config(sandbox: &Sandbox, production: &str) -> Result<PathBuf, DrillError> {
    let (clock, password, config) =
        (sandbox.path("clock"), sandbox.path("password"), sandbox.path("reval.toml"));
    show_time(sandbox)?;
    std::fs::write(&password, "reval\n")?;
    let text = format!(
        "[site]\nenvironment = \"{ENVIRONMENT}\"\nproduction = \"{production}\"\n\n\
         [sandbox]\nclock_file = {clock:?}\n\n\
         [store]\nurl = {url:?}\nspool = {spool:?}\n\n\
         [gmc]\nurl = {gmc:?}\nuser = \"reval\"\npassword_file = {password:?}\n\n\
         [tis]\nextracts = {tis:?}\n\n[watch]\nmemory = {memory:?}\n\n[web]\nlisten = \"127.0.0.1:0\"\n",
        url = sandbox.store_url,
        spool = sandbox.context.spool,
        gmc = sandbox.simulator.url(),
        tis = sandbox.path("tis"),
        memory = sandbox.path("watch"),
    );
    let placed = match sandbox.labels {
        "" => String::new(),
        labels => format!(
            "\n[node]\nname = \"a\"\nlabels = {labels:?}\n\n[[job]]\nname = \"gmc-sync\"\nlabels = {labels:?}\n\n\
             [[job]]\nname = \"tis-enrich\"\nlabels = {labels:?}\n"
        ),
    };
    // A drill plays the night; the morning after it is S18's, and what became of recommendations is asked when it says so.
    let without = "\n[[job]]\nname = \"reconcile\"\nenabled = \"off\"\n\n[[job]]\nname = \"outcomes\"\nschedule = \"20 7 1 1 *\"\n";
    std::fs::write(&config, text + &placed + without)?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::sandbox::Place;

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_reads_the_clock_while_it_is_moved_finds_a_time() {
        let place = Place { store_url: None, program: "reval".into(), doctors: 65 };
        let sandbox = Sandbox::furnish(&place).await.expect("a sandbox");
        show_time(&sandbox).expect("written");
        let clock = sandbox.path("clock");
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let read = || std::fs::read_to_string(&clock).is_ok_and(|text| !text.is_empty());
                while !is_over.load(Ordering::Relaxed) {
                    assert!(read(), "the clock's file is empty");
                }
            });
            for _ in 0..2_000 {
                show_time(&sandbox).expect("written");
            }
            is_over.store(true, Ordering::Relaxed);
            reader.join().expect("every reading held a time");
        });
    }
}
