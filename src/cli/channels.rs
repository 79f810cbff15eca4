//! `reval channels`: where alerts go and how each channel is; a test goes over the path that alerts take.

use domain::notification::{NextAction, NoticeKind, Payload};
use serde_json::{Value, json};
use store::channel_health::ChannelHealth;
use store::notification::NotificationRow;
use watch::channel::Channel;

use super::Common;
use super::say::{Voice, either, instant, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet, build};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval channels
  reval channels list --json
  reval channels test chat

A test shows what the receiver said. It ends with code 0 when the receiver has the message, with 33 when it did not take it
or nobody knows, and with 12 when no channel of that name is declared.";

/// Show where alerts go, and test a channel.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show the channels, how each is and what waits for it.
    List,
    /// Send a test over the path that alerts take, and show what the receiver says.
    Test {
        /// The channel's name.
        name: String,
    },
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let exit = match &args.what {
        Some(What::Test { name }) => test(&house, common.voice(), name).await?,
        Some(What::List) | None => list(&house, common.voice()).await?,
    };
    house.store.close().await;
    Ok(exit)
}

async fn list(house: &House, voice: Voice) -> Result<Exit, Failure> {
    let mut tx = house.store.read().await?;
    let health = store::channel_health::all(&mut tx).await?;
    let waiting = store::notification::undelivered(&mut tx).await?;
    drop(tx);
    let channels = &house.config.alerting.channels;
    let seen: Vec<Seen> = channels.iter().map(|channel| Seen::of(channel, &health, &waiting)).collect();
    match voice {
        Voice::Json => say_json(&seen.iter().map(Seen::value).collect()),
        Voice::People if seen.is_empty() => {
            line("no channel is declared: alerts are on the pages and in `reval alerts` alone");
        }
        Voice::People => {
            let head = ["channel", "kind", "state", "last received", "waiting", "it said last"];
            table(&head, seen.iter().map(Seen::row).collect());
        }
    }
    Ok(Exit::Done)
}

/// A channel as it is seen.
struct Seen<'a> {
    channel: &'a Channel,
    health: Option<&'a ChannelHealth>,
    waiting: usize,
}

impl<'a> Seen<'a> {
    fn of(channel: &'a Channel, health: &'a [ChannelHealth], waiting: &[NotificationRow]) -> Self {
        Self {
            channel,
            health: health.iter().find(|one| one.channel == channel.name),
            waiting: waiting.iter().filter(|row| row.channel == channel.name).count(),
        }
    }

    fn state(&self) -> String {
        match self.health {
            None => "never used".to_owned(),
            Some(health) if health.is_failing => format!("FAILING since {}", instant(health.since)),
            Some(_) => "well".to_owned(),
        }
    }

    fn row(&self) -> Vec<String> {
        let received = self.health.and_then(|health| health.last_sent_at);
        vec![
            self.channel.name.clone(),
            self.channel.kind().to_owned(),
            self.state(),
            received.map_or_else(|| "–".to_owned(), instant),
            self.waiting.to_string(),
            self.health.map_or_else(|| "–".to_owned(), |health| health.last_answer.clone()),
        ]
    }

    fn value(&self) -> Value {
        json!({
            "channel": self.channel.name,
            "kind": self.channel.kind(),
            "state": self.health.map_or("never_used", |health| if health.is_failing { "failing" } else { "well" }),
            "since": self.health.map(|health| health.since),
            "last_received_at": self.health.and_then(|health| health.last_sent_at),
            "last_failed_at": self.health.and_then(|health| health.last_failed_at),
            "last_answer": self.health.map(|health| health.last_answer.clone()),
            "waiting": self.waiting,
        })
    }
}

async fn test(house: &House, voice: Voice, name: &str) -> Result<Exit, Failure> {
    let delivery = house.delivery("test");
    let channel = delivery.channels.iter().find(|channel| channel.name == name).ok_or_else(|| {
        let names: Vec<&str> = delivery.channels.iter().map(|channel| channel.name.as_str()).collect();
        let there = if names.is_empty() { "none is declared".to_owned() } else { names.join(", ") };
        Failure::new(Exit::NotFound, format!("there is no channel called {name}; there are: {there}"))
    })?;
    let answer = delivery.test(channel, payload(house, name)).await?;
    let (is_received, said) = match &answer {
        Ok(said) => (true, said.as_str()),
        Err(refusal) => (false, refusal.answer.as_str()),
    };
    let text = if is_received {
        format!("received by {name}, which said: {said}")
    } else {
        format!("NOT received by {name}: {said}")
    };
    either(voice, text, &json!({ "channel": name, "received": is_received, "answer": said }));
    Ok(if is_received { Exit::Done } else { Exit::NotReceived })
}

fn payload(house: &House, name: &str) -> Payload {
    let at = house.clock.now();
    Payload {
        incident_key: format!("test/{name}"),
        notice: NoticeKind::Test,
        kind: "TEST".to_owned(),
        severity: "notice".to_owned(),
        state: "open".to_owned(),
        env: house.config.site.environment.clone(),
        job: None,
        bodies: Vec::new(),
        doctors_affected: 0,
        since: at,
        last_good: None,
        cause_class: "test".to_owned(),
        sentence: format!(
            "This is a test of the channel {name}. Nothing is wrong, and nothing is to be done."
        ),
        remedy: String::new(),
        next_action: NextAction::default(),
        command: String::new(),
        run_id: None,
        build: build(),
        config_hash: house.config.hash(),
        times: 1,
        owner: None,
        asks_for: None,
        url: format!("{}/alerts", house.config.site.public_url),
        at,
    }
}
