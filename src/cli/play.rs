//! `reval play`: an operational procedure planned, carried out step by step, proven, and taken back.

use domain::play::{Begin, NotBegun, Plan, Play, PlayState, Terms, begin};
use ops::Production;
use serde_json::json;
use sources::fingerprint::ask;

use super::Common;
use super::say::{Voice, either, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::play::{Procedure, digest};
use crate::wiring::{House, Quiet, die};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval play rolling-restart plan
  reval play rolling-restart apply --plan 3fa2b81c90de --reason \"new program\"
  reval play rolling-restart verify
  reval play rolling-restart undo --reason \"node b does not start\"

`plan` says what would be done, in words and counts, and changes nothing; its digest binds it to what it saw, and `apply` refuses a
plan whose state has changed. Each step is written down with what was seen; a play that broke off is gone on with by the same
command. In production it is refused until the instance `play.stage` has carried out and verified the same procedure with the same
program; `play.two_people` asks for two. Exit codes: 11 where stage has not, or the second person is the first; 13 where the state has
changed or another plan is under way; 20 where a step does not succeed; 30 where it waits for a second person.";

/// Plan, carry out, verify or take back an operational procedure.
#[derive(clap::Args)]
pub struct Args {
    /// The procedure.
    procedure: Procedure,
    /// What to do about it.
    what: What,
    /// The plan that is meant, as `plan` says it.
    #[arg(long, value_name = "DIGEST", required_if_eq("what", "apply"))]
    plan: Option<String>,
    /// Why.
    #[arg(long, required_if_eq_any([("what", "apply"), ("what", "undo")]))]
    reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Say what would be done.
    Plan,
    /// Do it, or go on with it.
    Apply,
    /// See that it is as it was meant.
    Verify,
    /// Take back what can be.
    Undo,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let stage = Stage { house: &house, voice: common.voice(), procedure: args.procedure };
    let (plan, reason) =
        (args.plan.as_deref().unwrap_or_default(), args.reason.as_deref().unwrap_or_default());
    let exit = match args.what {
        What::Plan => stage.plan().await,
        What::Apply => stage.apply(plan, reason).await,
        What::Verify => stage.verify().await,
        What::Undo => stage.undo(reason).await,
    };
    house.store.close().await;
    exit
}

/// Where a procedure is played.
struct Stage<'a> {
    house: &'a House,
    voice: Voice,
    procedure: Procedure,
}

impl Stage<'_> {
    async fn plan(&self) -> Result<Exit, Failure> {
        let plan = self.procedure.plan(self.house).await?;
        let hash = digest(&plan.text());
        match self.voice {
            Voice::Json => {
                say_json(&json!({ "plan": plan, "digest": hash, "recipe": digest(&plan.recipe_text()) }))
            }
            Voice::People => people(&plan, &hash),
        }
        Ok(Exit::Done)
    }

    async fn newest(&self) -> Result<Option<Play>, Failure> {
        let mut tx = self.house.store.read().await?;
        Ok(store::play::newest(&mut tx, self.procedure.word()).await?)
    }

    async fn apply(&self, typed: &str, reason: &str) -> Result<Exit, Failure> {
        let open = self.newest().await?;
        let is_open = open.as_ref().is_some_and(|open| open.state == PlayState::Applying);
        // What is under way has changed the state it was planned against, and may be such that nothing can be planned.
        let plan = if is_open { None } else { Some(self.procedure.plan(self.house).await?) };
        let now = plan.as_ref().map_or_else(String::new, |plan| digest(&plan.text()));
        let actor = self.house.actor(reason);
        let terms = self.terms(plan.as_ref()).await?;
        let decided = begin((typed, &now), open.as_ref(), terms, &actor.name);
        let decided = decided.map_err(|not| self.refusal(not, open.as_ref(), &now))?;
        let play = match (decided, open, plan) {
            (Begin::Resume, Some(open), _) => open,
            (Begin::Confirm, Some(open), _) => {
                self.moved(open, PlayState::Applying, (&actor.name, true)).await?
            }
            (_, _, Some(plan)) => {
                let state = if decided == Begin::Ask { PlayState::Waiting } else { PlayState::Applying };
                self.written(plan, state, (&actor.name, reason)).await?
            }
            _ => return Err(Failure::new(Exit::Internal, "a play without a plan")),
        };
        if play.state == PlayState::Waiting {
            let text = format!(
                "it waits for another person, who says: reval play {} apply --plan {typed} --reason …",
                self.procedure.word()
            );
            either(self.voice, text, &json!({ "state": "waiting", "id": play.id }));
            return Ok(Exit::Refused);
        }
        self.carry_out(play, &actor.name).await
    }

    /// Does the steps that are not done, one after the other, each written down before the next.
    async fn carry_out(&self, play: Play, actor: &str) -> Result<Exit, Failure> {
        let steps = store::play::steps(&mut self.house.store.read().await?, &play.id).await?;
        let is_done = |number: u64| steps.iter().any(|step| step.number == number && step.ended_at.is_some());
        for (number, step) in (0..).zip(&play.plan.steps).filter(|(number, _)| !is_done(*number)) {
            let clock = &self.house.clock;
            let mut tx = self.house.store.begin().await?;
            store::play::begin_step(&mut tx, &play.id, (number, &step.name), actor, clock.now()).await?;
            tx.commit().await?;
            let evidence = self.procedure.step(self.house, step, &play.reason).await?;
            self.dies((number, false));
            let mut tx = self.house.store.begin().await?;
            store::play::finish_step(&mut tx, &play.id, (number, &evidence), actor, clock.now()).await?;
            tx.commit().await?;
            self.dies((number, true));
            either(
                self.voice,
                format!("{}: {evidence}", step.name),
                &json!({ "step": step.name, "evidence": evidence }),
            );
        }
        let play = self.moved(play, PlayState::Applied, (actor, false)).await?;
        let text = format!("applied; now: reval play {} verify", self.procedure.word());
        either(self.voice, text, &json!({ "state": play.state, "id": play.id }));
        Ok(Exit::Done)
    }

    /// A death that is rehearsed in a sandbox.
    fn dies(&self, at: (u64, bool)) {
        if self.house.config.play.dies_at == Some(at) {
            die();
        }
    }

    async fn verify(&self) -> Result<Exit, Failure> {
        let Some(play) = self.newest().await? else { return Err(self.never()) };
        if !matches!(play.state, PlayState::Applied | PlayState::Verified) {
            let sentence = format!(
                "the newest {} is {}: there is nothing to verify",
                self.procedure.word(),
                play.state.word()
            );
            return Err(Failure::new(Exit::Conflict, sentence));
        }
        let evidence = self.procedure.verify(self.house).await?;
        let actor = self.house.actor("");
        let play = self.moved(play, PlayState::Verified, (&actor.name, false)).await?;
        either(
            self.voice,
            format!("verified: {evidence}"),
            &json!({ "state": play.state, "evidence": evidence, "recipe": play.recipe }),
        );
        Ok(Exit::Done)
    }

    async fn undo(&self, reason: &str) -> Result<Exit, Failure> {
        let Some(play) = self.newest().await? else { return Err(self.never()) };
        let evidence = self.procedure.undo(self.house).await?;
        let actor = self.house.actor(reason);
        let play = self.moved(play, PlayState::Undone, (&actor.name, false)).await?;
        either(
            self.voice,
            format!("undone: {evidence}"),
            &json!({ "state": play.state, "evidence": evidence }),
        );
        Ok(Exit::Done)
    }

    async fn written(&self, plan: Plan, state: PlayState, by: (&str, &str)) -> Result<Play, Failure> {
        let (actor, reason) = by;
        let now = self.house.clock.now();
        let play = Play {
            id: self.house.ids().mint(now),
            state,
            plan_hash: digest(&plan.text()),
            recipe: digest(&plan.recipe_text()),
            plan,
            asked_by: actor.to_owned(),
            confirmed_by: String::new(),
            reason: reason.to_owned(),
        };
        let mut tx = self.house.store.begin().await?;
        store::play::insert(&mut tx, &play, now).await?;
        tx.commit().await?;
        Ok(play)
    }

    async fn moved(
        &self,
        play: Play,
        state: PlayState,
        (actor, confirms): (&str, bool),
    ) -> Result<Play, Failure> {
        let by = (actor, if confirms { actor } else { "" });
        let mut tx = self.house.store.begin().await?;
        if !store::play::move_on(&mut tx, &play, state, by, self.house.clock.now()).await? {
            return Err(Failure::new(
                Exit::Conflict,
                "somebody else has moved this play on; nothing was changed",
            ));
        }
        tx.commit().await?;
        Ok(Play { state, ..play })
    }

    /// What must be so here. Stage is asked only where it counts.
    async fn terms(&self, plan: Option<&Plan>) -> Result<Terms, Failure> {
        let settings = &self.house.config.play;
        let is_production = self.house.config.site.production == Production::Real;
        let (true, Some(plan)) = (is_production, plan) else {
            return Ok(Terms { is_production, two_people: settings.two_people, ..Terms::default() });
        };
        let beside = &self.house.config.beside.instances;
        let played = match beside.iter().find(|one| one.name == settings.stage) {
            Some(stage) => ask(stage).await.map_err(|why| Failure::new(Exit::Unavailable, why))?.played,
            None => Vec::new(),
        };
        let wanted = format!("{} {}", plan.procedure, digest(&plan.recipe_text()));
        Ok(Terms {
            is_production,
            is_verified_on_stage: played.contains(&wanted),
            two_people: settings.two_people,
        })
    }

    fn never(&self) -> Failure {
        Failure::new(Exit::NotFound, format!("{} was never played here", self.procedure.word()))
    }

    fn refusal(&self, not: NotBegun, open: Option<&Play>, now: &str) -> Failure {
        let name = self.procedure.word();
        let (exit, sentence) = match not {
            NotBegun::Stale => (
                Exit::Conflict,
                format!(
                    "what this plan was made against is not so any more; the plan would now be {now}. Plan again"
                ),
            ),
            NotBegun::UnderWay => (
                Exit::Conflict,
                format!(
                    "another plan of {name} is under way, {}, by {}: go on with it or take it back",
                    open.map_or("", |open| &open.plan_hash),
                    open.map_or("", |open| &open.asked_by)
                ),
            ),
            NotBegun::NotOnStage => (
                Exit::Forbidden,
                format!(
                    "this is PRODUCTION, and play.stage (\"{}\") has not carried out and verified {name} with this program",
                    self.house.config.play.stage
                ),
            ),
            NotBegun::SamePerson => (
                Exit::Forbidden,
                "two people are needed, and you were the first; another must ask as well".to_owned(),
            ),
        };
        Failure::new(exit, format!("{sentence}. Nothing was begun"))
    }
}

fn people(plan: &Plan, hash: &str) {
    let rows = (1..)
        .zip(&plan.steps)
        .map(|(number, step): (u64, _)| vec![number.to_string(), step.name.clone(), step.effect.clone()]);
    table(&["step", "what", "effect"], rows.collect());
    for (name, value) in &plan.state {
        line(format!("made against: {name} is {value}"));
    }
    line(format!(
        "nothing was changed; to do it: reval play {} apply --plan {hash} --reason TEXT",
        plan.procedure
    ));
}
