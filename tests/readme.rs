//! The transcripts of README.md are run, so that they stay true.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;
use std::process::Command;

use drill::child::{self, Ended};
use drill::{Place, Sandbox};
use simulator::{Fault, Rule};

const README: &str = include_str!("../README.md");
/// Stands in the transcripts for what differs each time.
const ANY: &str = "01a2…";

/// What README shows between a command and the next one, or the end of its block.
fn shown(command: &str) -> String {
    let head = format!("$ {command}\n");
    let at = README.find(&head).unwrap_or_else(|| panic!("README.md shows no `{command}`"));
    let rest = &README[at + head.len()..];
    let lines = rest.lines().take_while(|line| !line.starts_with("```") && !line.starts_with("$ "));
    lines.map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Run ids differ each time: 36 characters with four hyphens.
fn plain(said: &str) -> String {
    let is_id = |word: &str| word.len() == 36 && word.matches('-').count() == 4;
    let word = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if is_id(bare) { word.replace(bare, ANY) } else { word.to_owned() }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ").trim_end().to_owned();
    said.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

fn is_true(command: &str, ended: &Ended, code: i32) {
    let said = format!("{}{}", ended.stdout, ended.stderr);
    let said: String = said.lines().filter(|line| !line.starts_with('{')).map(|l| format!("{l}\n")).collect();
    assert_eq!(
        plain(&said),
        shown(command),
        "README.md is not true of `{command}`; it now says:\n{}",
        plain(&said)
    );
    assert_eq!(ended.code, Some(code), "{command}");
}

/// Two good nights lie behind; then the GMC misbehaves.
async fn sandbox(fault: impl FnOnce(&Sandbox) -> Rule) -> Sandbox {
    let place = Place { store_url: None, program: env!("CARGO_BIN_EXE_reval").into(), doctors: 485 };
    let mut sandbox = Sandbox::furnish(&place).await.unwrap();
    sandbox.good_nights(1).await.unwrap();
    sandbox.begin(2).unwrap();
    let rule = fault(&sandbox);
    sandbox.simulator.set_faults(vec![rule]);
    sandbox
}

async fn run(sandbox: &Sandbox, command: &str) -> Ended {
    let args: Vec<&str> = command.split(' ').skip(1).collect();
    child::run(sandbox, &args, None).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_answer_is_no_answer() {
    let sandbox = sandbox(|sandbox| Rule::on(sandbox.body(1).as_str(), Fault::Cut(9_000))).await;
    let command = "reval run gmc-sync --body YHD";
    is_true(command, &run(&sandbox, command).await, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_list_is_held() {
    let sandbox = sandbox(|sandbox| Rule::on(sandbox.body(2).as_str(), Fault::Short(60))).await;
    let command = "reval run gmc-sync --body EM";
    is_true(command, &run(&sandbox, command).await, 30);
    is_true("reval holds", &run(&sandbox, "reval holds").await, 0);
}

#[test]
fn a_mistake_in_the_settings_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = shown("cat reval.toml");
    std::fs::write(folder.path().join("reval.toml"), text).unwrap();
    let command = "reval check-config --config reval.toml";
    let program: PathBuf = env!("CARGO_BIN_EXE_reval").into();
    let args = command.split(' ').skip(1);
    let output = Command::new(program).args(args).current_dir(folder.path()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ended =
        Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) };
    is_true(command, &ended, 10);
}
