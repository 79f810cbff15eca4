//! S28: a first failure, a repeat, a flap, a failure nobody takes: who is told what, and when.

use domain::run::RunState;
use jiff::SignedDuration;
use simulator::{Fault, Rule};
use store::alert::AlertRow;
use store::notification::NotificationRow;
use watch::policy::{Policies, Policy};
use watch::turn::Watch;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::nights::Nights;
use crate::sandbox::Sandbox;

/// The night of the first load; what follows is by the clock.
const LOADED: u32 = 1;
/// The key of what fails.
const FAULT: &str = "failed/gmc-sync/fault";

/// A sandbox with a watch over the job that asks the GMC, and three people to ask.
struct Stage<'a> {
    sandbox: &'a mut Sandbox,
    nights: Nights,
    watch: Watch,
}

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(LOADED).await?;
    let mut watch = sandbox.watch();
    watch.declared.jobs.retain(|job| job.name == sync::night::JOB);
    watch.declared.lists.retain(|list| list.job == sync::night::JOB);
    let people = ["the first", "the second", "the third"].map(str::to_owned).to_vec();
    watch.policies = Policies::new(vec![Policy { people, ..Policy::to("chat", Some("mail")) }]);
    let nights = Nights::from(sandbox, LOADED + 1).await?;
    let mut stage = Stage { sandbox, nights, watch };
    stage.good(2..=2).await?;
    one_try(&mut stage, facts).await?;
    by_hand(&mut stage, facts).await?;
    stage.good(6..=9).await?;
    three_nights(&mut stage, facts).await?;
    another_cause(&mut stage, facts).await?;
    stage.good(14..=19).await?;
    nobody_takes_it(&mut stage, facts).await?;
    stage.good(24..=29).await?;
    comes_and_goes(&mut stage, facts).await
}

impl Stage<'_> {
    async fn good(&mut self, nights: std::ops::RangeInclusive<u32>) -> Result<(), DrillError> {
        for night in nights {
            self.night(night, &[]).await?;
        }
        Ok(())
    }

    /// Plays a night whose tries meet these faults, then looks; gives the run's state.
    async fn night(&mut self, night: u32, faults: &[Fault]) -> Result<Option<RunState>, DrillError> {
        let rules: Vec<Vec<Rule>> =
            faults.iter().map(|fault| vec![Rule::everywhere(fault.clone())]).collect();
        let run = self.nights.play(self.sandbox, night, &rules).await?;
        self.look().await?;
        Ok(run.map(|run| run.state))
    }

    /// A night on which every try fails.
    async fn bad(&mut self, night: u32) -> Result<Option<RunState>, DrillError> {
        self.night(night, &[Fault::SoapFault, Fault::SoapFault, Fault::SoapFault]).await
    }

    async fn look(&self) -> Result<(), DrillError> {
        self.watch.turn().await?;
        Ok(())
    }

    /// Moves the clock to some time of the day that began with a night, then looks.
    async fn at(&mut self, night: u32, minutes: i64) -> Result<(), DrillError> {
        self.sandbox.begin(night)?;
        self.sandbox.clock.advance(SignedDuration::from_mins(minutes - 5));
        self.look().await
    }

    async fn newest(&self, key: &str) -> Result<Option<AlertRow>, DrillError> {
        Ok(store::alert::newest(&mut self.sandbox.context.store.read().await?, key).await?)
    }

    /// State and severity of the newest alert under a key.
    async fn is(&self, key: &str) -> Result<(String, String), DrillError> {
        let alert = self.newest(key).await?;
        Ok(alert.map_or_else(Default::default, |alert| (alert.state, alert.severity)))
    }

    /// What was told of the newest alert under a key: notice, channel, and whom it asks for.
    async fn told(&self, key: &str) -> Result<Vec<String>, DrillError> {
        let Some(alert) = self.newest(key).await? else { return Ok(Vec::new()) };
        let told =
            store::notification::of_alert(&mut self.sandbox.context.store.read().await?, &alert.id).await?;
        let say = |row: &NotificationRow| {
            let asks = row.payload.asks_for.as_deref().map_or(String::new(), |who| format!(" asks {who}"));
            format!("{} {}{asks}", row.kind.word(), row.channel)
        };
        Ok(told.iter().map(say).collect())
    }
}

fn pair(state: &str, severity: &str) -> (String, String) {
    (state.to_owned(), severity.to_owned())
}

/// (a) One attempt fails and its retry succeeds: nothing is told, and the ledger shows it.
async fn one_try(stage: &mut Stage<'_>, facts: &mut Facts) -> Result<(), DrillError> {
    let state = stage.night(3, &[Fault::SoapFault]).await?;
    facts.same("(a) a run whose second try succeeds is good", &state, &Some(RunState::Succeeded));
    let mut tx = stage.sandbox.context.store.read().await?;
    let run = store::run::recent(&mut tx, 3).await?.into_iter().find(|run| run.state == RunState::Succeeded);
    let tries = match run {
        Some(run) => store::run::attempts(&mut tx, &run.id).await?.len(),
        None => 0,
    };
    drop(tx);
    facts.same("(a) the ledger shows both tries", &tries, &2);
    facts.same("(a) nothing is told", &stage.told(FAULT).await?.len(), &0);
    Ok(())
}

/// (b) A run fails: a warning. A person's success does not prove it good, the next by schedule does.
async fn by_hand(stage: &mut Stage<'_>, facts: &mut Facts) -> Result<(), DrillError> {
    facts.same("(b) the run fails", &stage.bad(4).await?, &Some(RunState::Failed));
    facts.same("(b) it is a warning", &stage.is(FAULT).await?, &pair("open", "warn"));
    stage.sandbox.clock.advance(SignedDuration::from_mins(30));
    stage.sandbox.gmc_sync().await?;
    stage.look().await?;
    let unproven = pair("recovered_unproven", "warn");
    facts.same("(b) made good by hand it is unproven", &stage.is(FAULT).await?, &unproven);
    stage.good(5..=5).await?;
    facts.same("(b) the next run by schedule resolves it", &stage.is(FAULT).await?.0.as_str(), &"resolved");
    let told = ["opened chat asks the first", "recovered chat", "resolved chat"];
    facts.same("(b) each step is told once", &stage.told(FAULT).await?, &told.map(str::to_owned).to_vec());
    Ok(())
}

/// (d) Three nights: the second asks the next person over both channels, the third wakes somebody.
async fn three_nights(stage: &mut Stage<'_>, facts: &mut Facts) -> Result<(), DrillError> {
    stage.bad(10).await?;
    facts.same("(d) the first night is a warning", &stage.is(FAULT).await?, &pair("open", "warn"));
    stage.bad(11).await?;
    let told = stage.told(FAULT).await?;
    let asked: Vec<&String> = told.iter().filter(|one| one.starts_with("escalated")).collect();
    let expected = ["escalated chat asks the second", "escalated mail asks the second"];
    facts.same(
        "(d) the second night asks the next person over both channels",
        &asked,
        &expected.map(str::to_owned).iter().collect(),
    );
    stage.bad(12).await?;
    facts.same("(d) the third night wakes somebody", &stage.is(FAULT).await?, &pair("open", "page"));
    Ok(())
}

/// (e) Somebody takes it; what then fails for another cause is another alert.
async fn another_cause(stage: &mut Stage<'_>, facts: &mut Facts) -> Result<(), DrillError> {
    let Some(mut alert) = stage.newest(FAULT).await? else {
        return Err(DrillError::Furnish("the alert of three nights is gone".to_owned()));
    };
    let now = domain::clock::Clock::now(&stage.sandbox.clock);
    (alert.owner, alert.acknowledged_at) = (Some("drill".to_owned()), Some(now));
    let mut tx = stage.sandbox.context.store.begin().await?;
    store::alert::save(&mut tx, &alert, now).await?;
    tx.commit().await?;
    let before = stage.told(FAULT).await?.len();
    stage.at(12, 14 * 60).await?;
    facts.same("(e) nobody is asked while somebody has it", &stage.told(FAULT).await?.len(), &before);
    let code = || Fault::Code("81".to_owned());
    stage.night(13, &[code(), code(), code()]).await?;
    let other = "failed/gmc-sync/not_authorised";
    facts.same("(e) another cause is another alert, and open", &stage.is(other).await?.0.as_str(), &"open");
    let opened = stage.told(other).await?.first().cloned().unwrap_or_default();
    facts.same("(e) and it is told", &opened.as_str(), &"opened chat asks the first");
    Ok(())
}

/// (f) On a working day nobody takes it: the second person after four working hours, the third after eight.
async fn nobody_takes_it(stage: &mut Stage<'_>, facts: &mut Facts) -> Result<(), DrillError> {
    // Friday 11 December, after six good nights.
    stage.good(20..=22).await?;
    stage.bad(23).await?;
    let key = FAULT;
    let escalated = |told: Vec<String>| {
        told.into_iter().filter(|one| one.starts_with("escalated chat")).collect::<Vec<_>>()
    };
    let (second, third) =
        ("escalated chat asks the second".to_owned(), "escalated chat asks the third".to_owned());
    let hours = [
        (13 * 60 - 1, vec![]),
        (13 * 60, vec![second.clone()]),
        (17 * 60 - 1, vec![second.clone()]),
        (17 * 60, vec![second, third]),
    ];
    let mut seen = Vec::new();
    let mut expected = Vec::new();
    for (minutes, asked) in hours {
        stage.at(23, minutes).await?;
        seen.push(escalated(stage.told(key).await?));
        expected.push(asked);
    }
    facts.same("(f) at 13:00 the second person is asked, at 17:00 the third", &seen, &expected);
    Ok(())
}

/// (c) Bad and good nights in turn: by the fourth it is one alert that says so, and no night is told by itself any more.
async fn comes_and_goes(stage: &mut Stage<'_>, facts: &mut Facts) -> Result<(), DrillError> {
    let flapping = "failed/gmc-sync/flapping";
    let mut since = None;
    let mut told = 0;
    for nth in 1..=10 {
        if nth % 2 == 1 {
            stage.bad(29 + nth).await?
        } else {
            stage.night(29 + nth, &[]).await?
        };
        if since.is_none() && stage.is(flapping).await?.0 == "open" {
            since = Some(nth);
            told = stage.told(FAULT).await?.len();
        }
    }
    facts.state(
        "(c) it is called flapping by the fourth night",
        since.is_some_and(|nth| nth <= 4),
        format!("{since:?}"),
    );
    let opened = stage.told(flapping).await?.into_iter().filter(|one| one.starts_with("opened")).count();
    facts.same("(c) flapping is one alert, opened once", &opened, &1);
    facts.same("(c) from then on no night is told by itself", &stage.told(FAULT).await?.len(), &told);
    Ok(())
}
