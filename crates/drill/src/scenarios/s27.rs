//! S27: the channel that alerts go to is dead, then the other as well; nothing is lost, and the outside hears of it.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Clock;
use jiff::SignedDuration;
use jiff::civil::time;
use store::LeaseClock;
use watch::deliver::{Delivery, Rest};
use watch::heartbeat::Heartbeat;
use watch::policy::{DailyTest, Policies, Policy};
use watch::turn::Watch;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::receiver::{Receiver, TAKES};
use crate::sandbox::Sandbox;

/// The night that nobody begins.
const FROZEN: u32 = 3;
const CHAT: &str = "CHAT";
const BACKUP: &str = "BACKUP";
const MISSED: &str = "missed/gmc-sync";

/// The receivers, and what brings them messages.
struct Stage<'a> {
    sandbox: &'a Sandbox,
    watch: Watch,
    delivery: Delivery,
    rests: Vec<Rest>,
    chat: Receiver,
    backup: Receiver,
    outside: Receiver,
}

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(FROZEN - 1).await?;
    sandbox.begin(FROZEN)?;
    let mut stage = Stage::furnish(sandbox).await?;
    stage.watch.turn().await?;
    stage.chat.is(Some("404 no_service"));
    // 00:12: the night was not begun by 00:10.
    stage.wait(7 * 60).await?;
    facts.same("MISSED arrives at BACKUP with the first refusal", &stage.backup.got(MISSED), &1);
    stage.seconds(60).await?;
    facts.same(
        "a channel that takes nothing is an alert",
        &stage.severity("delivery/CHAT").await?.as_str(),
        &"warn",
    );
    facts.same("and BACKUP is told of it", &stage.backup.got("delivery/CHAT"), &1);
    all_dead(&mut stage, facts).await?;
    back(&mut stage, facts).await?;
    tested(&mut stage, facts).await
}

impl<'a> Stage<'a> {
    async fn furnish(sandbox: &'a Sandbox) -> Result<Self, DrillError> {
        let (chat, backup) = (Receiver::start(CHAT).await?, Receiver::start(BACKUP).await?);
        let outside = Receiver::start("DEADMAN").await?;
        let mut policies = Policies::new(vec![Policy::to(CHAT, Some(BACKUP))]);
        let channels = vec![CHAT.to_owned(), BACKUP.to_owned()];
        policies.daily_test = Some(DailyTest { at: time(8, 0, 0, 0), channels });
        let mut watch = sandbox.watch();
        watch.policies = policies.clone();
        let context = &sandbox.context;
        let delivery = Delivery {
            store: context.store.clone(),
            clock: Arc::clone(&context.clock),
            lease_clock: LeaseClock::Program,
            ids: Arc::clone(&context.ids),
            channels: vec![chat.channel(), backup.channel()],
            policies,
            heartbeat: Some(Heartbeat {
                url: outside.url("/beat"),
                fail_url: outside.url("/beat/fail"),
                may_be_private: true,
                every: Duration::from_secs(60),
            }),
            sender: "drill".to_owned(),
            pages: String::new(),
        };
        Ok(Self { sandbox, watch, delivery, rests: vec![Rest::default(); 2], chat, backup, outside })
    }

    /// Looks, tells a second channel what is due, and lets each channel send.
    async fn turn(&mut self) -> Result<(), DrillError> {
        self.watch.turn().await?;
        self.delivery.instead().await?;
        for (channel, rest) in self.delivery.channels.iter().zip(&mut self.rests) {
            self.delivery.turn(channel, rest).await?;
        }
        Ok(())
    }

    /// Lets so many seconds go by at once.
    async fn wait(&mut self, seconds: i64) -> Result<(), DrillError> {
        self.sandbox.clock.advance(SignedDuration::from_secs(seconds));
        self.turn().await
    }

    /// Lets so many seconds go by one by one.
    async fn seconds(&mut self, seconds: u32) -> Result<(), DrillError> {
        for _ in 0..seconds {
            self.wait(1).await?;
        }
        Ok(())
    }

    async fn severity(&self, key: &str) -> Result<String, DrillError> {
        let alert = store::alert::newest(&mut self.sandbox.context.store.read().await?, key).await?;
        Ok(alert.filter(|alert| alert.state == "open").map_or_else(String::new, |alert| alert.severity))
    }

    /// Says to the outside how it is; gives what the outside heard.
    async fn beat(&self) -> Result<(usize, usize), DrillError> {
        let can_alert = self.delivery.can_alert().await?;
        if let Some(heartbeat) = &self.delivery.heartbeat {
            let beaten = heartbeat.beat("drill", can_alert, self.sandbox.clock.now()).await;
            beaten.map_err(|refusal| DrillError::Furnish(refusal.answer))?;
        }
        Ok((self.outside.got("\"alerting\":\"ok\""), self.outside.got("/beat/fail {\"alerting\":\"failed\"")))
    }
}

async fn all_dead(stage: &mut Stage<'_>, facts: &mut Facts) -> Result<(), DrillError> {
    facts.same("while one channel works the outside hears that all is well", &stage.beat().await?, &(1, 0));
    stage.backup.is(None);
    // What has gone stale by 02:05 is told, or would be.
    stage.wait(2 * 3600).await?;
    stage.seconds(60).await?;
    facts.same("with both dead the outside hears alerting=failed", &stage.beat().await?, &(1, 1));
    let owed =
        store::notification::owed(&mut stage.sandbox.context.store.read().await?, stage.sandbox.clock.now())
            .await?;
    facts.state("what nobody was told of is counted", owed.alerts > 0, owed.alerts);
    Ok(())
}

async fn back(stage: &mut Stage<'_>, facts: &mut Facts) -> Result<(), DrillError> {
    let told = stage.chat.got("alerts");
    stage.chat.is(TAKES);
    stage.backup.is(TAKES);
    stage.seconds(60).await?;
    facts.state(
        "within a minute of its return CHAT is told",
        stage.chat.got(MISSED) > 0,
        stage.chat.got(MISSED),
    );
    facts.state(
        "in a few messages",
        (1..=4).contains(&(stage.chat.got("alerts") - told)),
        stage.chat.got("alerts") - told,
    );
    let owed =
        store::notification::owed(&mut stage.sandbox.context.store.read().await?, stage.sandbox.clock.now())
            .await?;
    facts.same("and nothing is owed any more", &owed.alerts, &0);
    facts.same(
        "the alert about CHAT closes by itself",
        &stage.severity("delivery/CHAT").await?.as_str(),
        &"",
    );
    Ok(())
}

/// At 08:00 each channel gets its test; one without a receipt by 08:30 is an alert.
async fn tested(stage: &mut Stage<'_>, facts: &mut Facts) -> Result<(), DrillError> {
    let until_eight = 8 * 3600 - 60 - (stage.sandbox.clock.now().as_second() % 86_400);
    stage.wait(until_eight).await?;
    facts.same(
        "before 08:00 nothing is tested",
        &(stage.chat.got("daily test"), stage.backup.got("daily test")),
        &(0, 0),
    );
    stage.backup.is(None);
    stage.wait(60).await?;
    stage.seconds(2).await?;
    let health = store::channel_health::all(&mut stage.sandbox.context.store.read().await?).await?;
    let receipts: Vec<(&str, bool)> =
        health.iter().map(|one| (one.channel.as_str(), !one.receipt_for.is_empty())).collect();
    facts.same(
        "at 08:00 CHAT has its test and we its receipt",
        &receipts,
        &vec![(BACKUP, false), (CHAT, true)],
    );
    stage.wait(30 * 60).await?;
    facts.same(
        "no receipt from BACKUP by 08:30 is an alert",
        &stage.severity("delivery/BACKUP").await?.as_str(),
        &"warn",
    );
    Ok(())
}
