//! Two instances beside each other: each difference that is planted is found, and the hourly job tells people.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use sqlx::Connection as _;

use super::schedule::until;
use super::{Ended, Home, Running, sandbox, with};

/// What both have, beside what a sandbox has; a file for certificates of the same name, and packages by a list of their own.
const BOTH: &str = "[schedule]\nenabled = \"off\"\n[users]\ntwo_people = \"off\"\n[fingerprint]\ncertificates = \"cert.pem\"\n\
                    packages = \"docker-ce | systemd\"\n";
/// What is planted in the settings of the second: three settings, two schedules, a label.
const PLANTED: &str = "[holds]\nkeep_days = 15\n[brake]\nremoved_percent = 1\n[freshness]\nred = \"60h\"\n[node]\nlabels = \"big\"\n\
                       [[job]]\nname = \"gmc-sync\"\nstart_deadline = \"00:20\"\n[[job]]\nname = \"reconcile\"\nenabled = \"off\"\n";

struct Instance {
    home: Home,
    text: String,
}

impl Instance {
    fn new(settings: &str, packages: &str) -> Self {
        let home = Home::new();
        let config = sandbox(&home, "http://127.0.0.1:9/");
        let text = format!("{}{BOTH}{settings}", std::fs::read_to_string(&config).unwrap());
        std::fs::create_dir(home.path("bin")).unwrap();
        let list = home.path("bin/dpkg-query");
        std::fs::write(&list, format!("#!/bin/sh\nprintf '{packages}'\n")).unwrap();
        std::fs::set_permissions(&list, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::write(home.path("cert.pem"), "no certificate\n").unwrap();
        std::fs::write(&config, &text).unwrap();
        Self { home, text }
    }

    fn program(&self, args: &[&str]) -> std::process::Command {
        let config = self.home.path("my.toml");
        let mut command = self.home.program(&with(&config, args));
        command.env("REVAL__GMC__ATTEMPTS", "1");
        command.env("PATH", format!("{}:/usr/bin:/bin", self.home.path("bin").display()));
        command
    }

    fn run(&self, args: &str) -> Ended {
        Ended::of(self.program(&args.split(' ').collect::<Vec<_>>()).output().unwrap())
    }

    fn json(&self, args: &str) -> Value {
        let said = self.run(&format!("{args} --json"));
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{args}: {} {}", said.out, said.err))
    }

    fn add(&self, settings: &str) {
        std::fs::write(self.home.path("my.toml"), format!("{}{settings}", self.text)).unwrap();
    }
}

fn names(parity: &Value) -> Vec<&str> {
    parity["differences"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect()
}

/// As if ana had taken up her invitation: only then does a program read on her behalf.
pub(crate) async fn comes_in(live: &Home) {
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(live.path("data/reval.db"));
    let mut store = sqlx::SqliteConnection::connect_with(&file).await.unwrap();
    sqlx::raw_sql("update account set state = 'active', password_hash = '-'")
        .execute(&mut store)
        .await
        .unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn each_of_ten_planted_differences_between_two_instances_is_found_and_told() {
    let stage = Instance::new("", "docker-ce installed 19.03\\nsystemd installed 252\\n");
    let live = Instance::new(PLANTED, "docker-ce installed 20.10\\n");
    assert_eq!(live.run("users add ana --reason r").code, Some(0));
    assert_eq!(live.run("users grant ana --role observer --body NWL --reason r").code, Some(0));
    let token = live.json("tokens add stage --owner ana --body NWL --days 7 --reason r");
    comes_in(&live.home).await;
    // Planted outside the settings: an override, an outside system that does not answer, a certificate.
    assert_eq!(live.run("override add pause gmc-sync --until 2h --reason r").code, Some(0));
    assert_eq!(live.run("run canary").code, Some(30), "nobody answers there");
    std::fs::remove_file(live.home.path("cert.pem")).unwrap();
    let certificate = include_str!("../../src/wiring/certificates.rs");
    let begins = certificate.find("-----BEGIN").unwrap();
    let ends = certificate.find("-----END CERTIFICATE-----").unwrap() + 25;
    std::fs::write(live.home.path("cert.pem"), &certificate[begins..ends]).unwrap();
    let serve = Running::start(live.program(&["serve"]));
    let at = serve.first.split(' ').next().unwrap();
    std::fs::write(stage.home.path("token"), token["token"].as_str().unwrap()).unwrap();
    let beside = format!("[[instance]]\nname = \"live\"\nurl = \"{at}\"\ntoken_file = \"token\"\n");
    stage.add(&beside);

    let compared = stage.run("parity here live --json");
    assert_eq!(compared.code, Some(32), "{} {}", compared.out, compared.err);
    let parity: Value = serde_json::from_str(&compared.out).unwrap();
    let found = names(&parity);
    let planted = [
        "setting.holds.keep_days",
        "setting.brake.removed_percent",
        "setting.freshness.red",
        "setting.node.labels",
        "schedule.gmc-sync",
        "schedule.reconcile",
        "package.docker-ce",
        "package.systemd",
        "certificate.cert.pem",
        "override.",
        "probe.gmc",
        "probe.tis",
    ];
    for planted in planted {
        assert!(found.iter().any(|name| name.starts_with(planted)), "{planted} is not in {found:?}");
    }
    assert_eq!(found.len(), planted.len(), "and nothing else: {found:?}");
    is_told_until_it_is_declared(&stage, &beside);
}

fn is_told_until_it_is_declared(stage: &Instance, beside: &str) {
    // The hourly job finds the same, and people are told; what is declared is not told, until its end.
    stage.add(&format!("{beside}[[job]]\nname = \"parity\"\nenabled = \"on\"\n"));
    assert_eq!(stage.run("run parity").code, Some(0), "comparing came to its end");
    let alerts = || {
        assert_eq!(stage.run("watch --once").code, Some(0));
        let all = stage.json("alerts");
        let mut all = all.as_array().unwrap().clone();
        all.retain(|one| one["cause_class"] == "parity");
        all
    };
    let told = alerts();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["sentence"].as_str().unwrap().contains("and 8 more"), "{told:?}");
    let meant = |name: &str, until: &str| {
        format!(
            "[[difference]]\nname = \"{name}\"\nreason = \"tried first\"\nuntil = \"{until}T00:00:00Z\"\n"
        )
    };
    let kinds = ["setting.*", "schedule.*", "package.*", "probe.*", "override.*", "certificate.*"];
    let declare = |until: &str| -> String { kinds.iter().map(|kind| meant(kind, until)).collect() };
    stage.add(&format!("{beside}{}", declare("2026-12-01")));
    let compared = stage.run("parity here live");
    assert_eq!(compared.code, Some(0), "{} {}", compared.out, compared.err);
    assert!(compared.out.contains("12 differ, 0 of them undeclared"), "{}", compared.out);
    stage.add(&format!("{beside}{}", declare("2026-11-24")));
    let ended = stage.run("parity here live");
    assert_eq!(ended.code, Some(32), "{}", ended.out);
    assert!(ended.out.contains("it was meant until 2026-11-24T00:00:00Z: tried first"), "{}", ended.out);
}

#[test]
fn program_schema_and_kernel_are_compared_from_a_file_and_what_is_none_is_refused() {
    let one = Instance::new("", "");
    let made = one.run("fingerprint --json");
    assert_eq!(made.code, Some(0), "{}", made.err);
    std::fs::write(one.home.path("mine.json"), &made.out).unwrap();
    let same = one.run("parity here mine.json");
    assert_eq!(same.code, Some(0), "{} {}", same.out, same.err);
    let mut other: Value = serde_json::from_str(&made.out).unwrap();
    for planted in ["build", "schema", "kernel"] {
        other["facts"][planted] = "planted".into();
    }
    std::fs::write(one.home.path("other.json"), other.to_string()).unwrap();
    let compared = one.run("parity mine.json other.json --json");
    assert_eq!(compared.code, Some(32), "{}", compared.err);
    let parity: Value = serde_json::from_str(&compared.out).unwrap();
    assert_eq!(names(&parity), ["build", "kernel", "schema"]);
    std::fs::write(one.home.path("none.json"), "{}").unwrap();
    one.run("parity here none.json").must(10, "none.json holds no fingerprint");
    one.run("parity here prod").must(12, "prod is no instance of the settings (here)");
    one.run("parity here http://127.0.0.1:9").must(20, "does not say what it is made of");
}

#[test]
fn instances_and_differences_that_make_no_sense_are_refused_by_their_line() {
    let home = Home::new();
    let cases = [
        ("[[job]]\nname = \"parity\"\nenabled = \"on\"\n", "instance names nobody"),
        (
            "[[instance]]\nname = \"here\"\nurl = \"https://x\"\n",
            "line 2: instance here needs a name of its own",
        ),
        (
            "[[instance]]\nname = \"live\"\nurl = \"http://x\"\n",
            "line 3: instance live has an address that must begin",
        ),
        ("[[difference]]\nname = \"build\"\nuntil = \"x\"\n", "needs `reason`"),
        (
            "[[difference]]\nname = \"build\"\nreason = \"x\"\nuntil = \"ever\"\n",
            "line 4: difference build has `until`",
        ),
    ];
    for (settings, said) in cases {
        home.with_config(settings, &["check-config"]).must(10, said);
    }
}

#[test]
fn a_node_that_serves_keeps_what_it_is_made_of_and_an_unreadable_certificate_is_told() {
    let one = Instance::new("", "");
    // Nothing is due.
    std::fs::write(one.home.path("clock"), "2026-11-24T23:50:00Z\n").unwrap();
    let text = one.text.replace("enabled = \"off\"", "enabled = \"on\"");
    std::fs::write(one.home.path("my.toml"), text).unwrap();
    let _serve = Running::start(one.program(&["serve"]));
    until("the certificate is told of", || {
        let alerts = one.json("alerts");
        alerts.as_array().unwrap().iter().any(|one| one["cause_class"] == "certificate_ends")
    });
}
