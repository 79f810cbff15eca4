//! A recommendation from its draft to the simulated GMC's decision, by the shell and the real `serve`.

use std::path::PathBuf;

use serde_json::Value;

use super::connections::put;
use super::schedule::until;
use super::{Ended, Home, Running, sandbox, with};

/// A published list of the body of five, in a sandbox.
struct World {
    home: Home,
    config: PathBuf,
    gmc: Running,
}

impl World {
    fn new() -> Self {
        let home = Home::new();
        let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "485"]));
        let config = sandbox(&home, &gmc.first);
        let world = Self { home, config, gmc };
        assert_eq!(world.run(&["run", "gmc-sync", "--body", "NW"]).code, Some(30), "a first list is held");
        let holds: Value = serde_json::from_str(&world.run(&["holds", "--json"]).out).unwrap();
        let (id, doctors) = (holds[0]["id"].as_str().unwrap(), holds[0]["doctors"].to_string());
        let approved = world.run(&["approve", id, "--count", &doctors, "--reason", "first list"]);
        assert_eq!(approved.code, Some(0), "{} {}", approved.out, approved.err);
        world
    }

    fn run(&self, args: &[&str]) -> Ended {
        self.home.run(&with(&self.config, args))
    }

    /// A doctor of the list, by what the GMC says of the notice.
    fn doctor(&self, notice: &str) -> String {
        let says = |number: &String| {
            let said = self.run(&["doctor", number, "--json"]);
            serde_json::from_str::<Value>(&said.out).is_ok_and(|one| one["doctor"]["under_notice"] == notice)
        };
        // The fifth large body of 485 doctors.
        (9_000_165..9_000_205).map(|n| n.to_string()).find(says).unwrap()
    }

    fn draft(&self, doctor: &str, words: &[&str]) -> Ended {
        std::fs::write(self.home.path("doctor"), doctor).unwrap();
        self.run(&[&["recommendations", "draft", "--doctor", "doctor", "--json"], words].concat())
    }

    fn show(&self, id: &str) -> Value {
        serde_json::from_str(&self.run(&["recommendations", "show", id, "--json"]).out).unwrap()
    }
}

fn officers(world: &World, rows: &str) -> Ended {
    let head = "body,gmc_number,surname,phone,user_name,email\n";
    std::fs::write(world.home.path("officers.csv"), format!("{head}{rows}")).unwrap();
    world.run(&["officers", "--import", "officers.csv", "--reason", "a rehearsal"])
}

fn submit(world: &World, id: &str, version: &str) -> Ended {
    let args = ["recommendations", "submit", id, "--seen", version, "--email", "approver@example.org"];
    world.run(&[&args[..], &["--declare"]].concat())
}

#[test]
fn a_recommendation_is_drafted_submitted_once_and_followed_to_the_gmcs_decision() {
    let world = World::new();
    let (noticed, other) = (world.doctor("yes"), world.doctor("no"));
    let drafted = world.draft(&noticed, &["--kind", "revalidate"]);
    let draft: Value =
        serde_json::from_str(&drafted.out).unwrap_or_else(|_| panic!("{} {}", drafted.out, drafted.err));
    let id = draft["id"].as_str().unwrap();
    assert_eq!((&draft["status"], &draft["problems"][0]["code"]), (&"draft".into(), &"96".into()));
    world.draft(&noticed, &["--kind", "non-engagement"]).must(13, "an open recommendation already");
    world.draft("9000001", &["--kind", "revalidate"]).must(12, "There is no doctor with this GMC number");
    world.draft(&other, &["--kind", "defer", "--date", "2027-01-01"]).must(10, "A deferral needs a reason.");
    submit(&world, id, "1").must(10, "names no responsible officer");

    officers(&world, "NW,99,Officer-Sample,0,ro,ro@example.org\n")
        .must(10, "officers.csv, line 2: The responsible");
    let kept = officers(&world, "NW,9900001,Officer-Sample,0,ro,ro@example.org\n");
    assert!(kept.out.contains("Officer-Sample"), "{} {}", kept.out, kept.err);
    world
        .run(&["recommendations", "submit", id, "--seen", "1", "--email", "a@example.org"])
        .must(10, "--declare");
    submit(&world, id, "9").must(13, "It has changed meanwhile");
    let submitted = submit(&world, id, "1");
    assert!(submitted.out.contains("on its way to the GMC"), "{} {}", submitted.out, submitted.err);
    submit(&world, id, "2").must(13, "It is no draft");

    let mut serve = Running::start(world.home.program(&with(&world.config, &["serve"])));
    until("the GMC has it", || world.show(id)["status"] == "under_review");
    let asked = world.run(&["run", "outcomes"]);
    assert_eq!(asked.code, Some(0), "{} {}", asked.out, asked.err);
    assert!(asked.out.contains("1 due, 1 asked about, 1 answered, 0 decided"), "{}", asked.out);
    assert_eq!(world.show(id)["answers"][0]["status"], "Under Review");
    let nothing = world.run(&["run", "outcomes"]);
    assert!(nothing.out.contains("succeeded: no recommendation is due to be asked about"), "{}", nothing.out);
    put(&world.gmc.first, "night", "text/plain", "1");
    std::fs::write(world.home.path("clock"), "2026-11-25T02:05:00Z\n").unwrap();
    let decided = world.run(&["run", "outcomes"]);
    assert!(decided.out.contains("1 answered, 1 decided"), "{} {}", decided.out, decided.err);
    assert_eq!(world.show(id)["status"], "approved");
    assert_eq!(serve.end(), Some(0));
    let all: Value = serde_json::from_str(&world.run(&["recommendations", "--json"]).out).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!(all[0]["submission"]["code"], "0");
}

#[test]
fn a_history_of_a_service_before_ours_is_taken_in_once_with_what_it_lacks() {
    let world = World::new();
    let doctor = world.doctor("yes");
    let rows = [
        "gmc_number,gmc_id,kind,outcome,submitted_on,body".to_owned(),
        format!("{doctor},GMC-7,defer,Approved,2019-03-15,1-AIIDNQ"),
        format!("{doctor},,Revalidate,,15/03/2014,"),
        format!("{doctor},GMC-8,defer,,in spring,"),
        "90,GMC-9,defer,,,".to_owned(),
        format!("{doctor},GMC-7,defer,Rejected,2019-03-15,"),
    ];
    std::fs::write(world.home.path("history.csv"), rows.join("\n")).unwrap();
    let import = |more: &[&str]| world.run(&[&["recommendations", "import", "history.csv"], more].concat());
    let tried = import(&["--dry-run"]);
    assert_eq!(tried.code, Some(30), "{} {}", tried.out, tried.err);
    assert!(tried.out.contains("line 4: refused: submitted_on is no date"), "{}", tried.out);
    assert!(tried.out.contains("line 5: refused: gmc_number is no GMC number"), "{}", tried.out);
    assert!(tried.out.contains("5 read = 2 imported + 1 already there + 2 refused (tried"), "{}", tried.out);
    let show = || -> Value { serde_json::from_str(&world.run(&["doctor", &doctor, "--json"]).out).unwrap() };
    assert_eq!(show()["past_recommendations"], serde_json::json!([]), "a try keeps nothing");
    for (imported, already) in [(2, 1), (0, 3)] {
        let said: Value = serde_json::from_str(&import(&["--json"]).out).unwrap();
        assert_eq!((&said["read"], &said["imported"]), (&5.into(), &imported.into()), "{said}");
        assert_eq!(
            (&said["already_there"], &said["refused"][1]["line"]),
            (&already.into(), &5.into()),
            "{said}"
        );
    }
    let shown = show()["past_recommendations"].clone();
    assert_eq!(shown[0]["recommendation"]["outcome"], "Approved", "{shown}");
    assert_eq!(
        (&shown[1]["has_gmc_id"], &shown[1]["recommendation"]["submitted_on"]),
        (&false.into(), &"2014-03-15".into())
    );
    assert!(world.run(&["doctor", &doctor]).out.contains("imported: 2014-03-15 revalidate"));
    world.run(&["recommendations", "import", "nothing.csv"]).must(12, "cannot be opened");
}
