//! `reval demo`: eight nights of made-up doctors, then the pages that show them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::clock::Clock;
use drill::demo::{Demo, ENVIRONMENT, Progress, serve_gmc};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use simulator::story::Story;
use sync::Step;
use tokio::net::TcpListener;

use super::Common;
use super::gmc_sim::listen;
use super::reaching;
use super::say::{Voice, json as say_json, line};
use super::sending;
use super::serve::Serving;
use super::signals::watched;
use super::standing::Standing;
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Live, Quiet, Role, SystemClock, metrics, settings, start_logs, take};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval demo
  reval demo --doctors 485 --state /tmp/reval-demo --port 8081

Plays eight nights against a simulator of the GMC and serves the pages. Everything is in the state folder; a second
start reuses it. Its reval.toml lets every other verb work on the demo while it runs:
  reval holds --config .demo/reval.toml";

/// Where pages are served unless somebody is there already.
const PORT: u16 = 8080;

/// Play eight nights of made-up doctors and serve the pages.
#[derive(clap::Args)]
pub struct Args {
    /// How many doctors, in thirteen bodies.
    #[arg(long, value_name = "N", default_value_t = 54_005, value_parser = clap::value_parser!(u64).range(245..=900_000))]
    doctors: u64,
    /// Where everything of the demo lies.
    #[arg(long, value_name = "FOLDER", default_value = ".demo")]
    state: PathBuf,
    /// Where the pages are served; 8080, or a free port if that is taken.
    #[arg(long)]
    port: Option<u16>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let demo = Demo { folder: args.state.clone(), doctors: args.doctors };
    let story = match demo.played().map_err(broken)? {
        Some(story) => story,
        None => play(common.voice(), &demo).await?,
    };
    let gmc = serve_gmc(&story).await.map_err(broken)?;
    let listener = pages(args.port).await?;
    let config = write_config(&args.state, &gmc.url())?;
    let settings = settings(Some(&config))?;
    start_logs(&settings.0.log, Quiet::AtTerminal);
    let house = Arc::new(House::open(settings).await?);
    let _serve = house.take(Role::Serve)?;
    let address = listener.local_addr().map_err(|error| broken(error.into()))?;
    let asked = watched()?;
    tell(common.voice(), address, (&story, &config));
    let standing = Standing::default();
    sending::start(&house, (&Arc::new(AtomicBool::new(true)), &standing))?;
    let declares = Arc::clone(&house);
    let live = Live::of(move || Arc::clone(&declares));
    let mut app = house.pages(
        (Arc::clone(&standing.ready), reaching::begin(&house)?),
        metrics()?,
        Arc::default(),
        live,
    )?;
    app.ops.access.rules.is_demo = true;
    app.demo_users = people(&app.ops).await?;
    let mut serving = Serving::begin(listener, web::router(app));
    tokio::select! {
        () = asked => {}
        failure = serving.ended() => return Err(failure),
    }
    standing.end();
    serving.end().await;
    house.store.close().await;
    Ok(Exit::Done)
}

fn broken(error: drill::DrillError) -> Failure {
    Failure::new(Exit::Unavailable, format!("the demo cannot be played: {error}"))
}

/// The demo's people, one of each role.
async fn people(ops: &ops::Ops) -> Result<Vec<web::DemoUser>, Failure> {
    let names = ops.demo_people().await?;
    let what = |name: &String| name.trim_start_matches("demo-").to_owned();
    Ok(names.iter().map(|name| web::DemoUser { name: name.clone(), what: what(name) }).collect())
}

async fn play(voice: Voice, demo: &Demo) -> Result<Story, Failure> {
    std::fs::create_dir_all(&demo.folder).map_err(|error| broken(error.into()))?;
    let _work = take(&demo.folder.join("reval.db"), Role::Work)?;
    let (bar, began) = (bar(voice), SystemClock.now());
    let progress: Progress = {
        let bar = bar.clone();
        Arc::new(move |night, list, step| show(&bar, night, list, step))
    };
    let story = demo.play(tonight(), &progress).await.map_err(broken)?;
    bar.finish_and_clear();
    if voice == Voice::People {
        let seconds = SystemClock.now().duration_since(began).as_secs();
        line(format!("nights: {seconds} s for {} nights of {} doctors", story.nights, demo.doctors));
    }
    Ok(story)
}

/// The night that began at the last midnight in London.
fn tonight() -> Date {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    SystemClock.now().to_zoned(zone).date()
}

/// Fourteen lists a night, eight nights.
fn bar(voice: Voice) -> ProgressBar {
    if voice == Voice::Json {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} {bar:40} {percent:>3} %, {elapsed}, {eta} to go");
    ProgressBar::new(8 * 14).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(bar: &ProgressBar, night: u32, list: &str, step: Step) {
    match step {
        Step::Begin if !list.is_empty() => bar.set_message(format!("night {} of 8: {list:<8}", night + 1)),
        // On night 0 each list is held first and published by a person's word: counted once.
        Step::Published | Step::Failed => bar.inc(1),
        Step::Held if night > 0 => bar.inc(1),
        _ => {}
    }
}

async fn pages(port: Option<u16>) -> Result<TcpListener, Failure> {
    let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    match port {
        Some(port) => listen(at(port)).await,
        None => match TcpListener::bind(at(PORT)).await {
            Ok(listener) => Ok(listener),
            Err(_) => listen(at(0)).await,
        },
    }
}

/// Writes the demo's settings, so that every other verb can work on it.
fn write_config(folder: &Path, gmc_url: &str) -> Result<PathBuf, Failure> {
    let (config, password) = (folder.join("reval.toml"), folder.join("gmc-password"));
    let text = format!(
        "# Written by `reval demo` at each start; the simulator's address holds while the demo runs.\n\
         [site]\nenvironment = \"{ENVIRONMENT}\"\ncolour = \"purple\"\n\n\
         [store]\nurl = \"sqlite://{store}\"\nspool = {spool:?}\n\n\
         [gmc]\nurl = \"{gmc_url}\"\npassword_file = {password:?}\nfirst_wait = \"100ms\"\n\n\
         [tis]\nextracts = {tis:?}\n\n[log]\nlevel = \"warn\"\nformat = \"text\"\n",
        store = folder.join("reval.db").display(),
        spool = folder.join("spool"),
        tis = folder.join("tis"),
    );
    let write = |path: &Path, text: &str| std::fs::write(path, text).map_err(|error| broken(error.into()));
    write(&password, "reval\n")?;
    write(&config, &text)?;
    Ok(config)
}

fn tell(voice: Voice, address: SocketAddr, what: (&Story, &Path)) {
    let (story, config) = what;
    let url = format!("http://{address}");
    if voice == Voice::Json {
        let tour = story
            .tour()
            .into_iter()
            .map(|(path, what)| json!({ "url": format!("{url}{path}"), "what": what }));
        say_json(
            &json!({ "url": url, "sign_in": format!("{url}/sign-in"), "config": config, "tour": tour.collect::<Vec<_>>() }),
        );
        return;
    }
    line(format!("{url} shows eight nights of {} made-up doctors. Worth a look:", story.world.doctors));
    for (path, what) in story.tour() {
        line(format!("  {url}{path}\n      {what}"));
    }
    line(format!("Every other verb works on it too: reval holds --config {}", config.display()));
    line(format!("It asks who you are; {url}/sign-in plays a person of each role with one click."));
    line("Stop with Ctrl-C; the next start reuses these nights, `make demo-reset` forgets them.");
}
