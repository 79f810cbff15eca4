//! What nobody may read beside the pages: names, numbers, passwords and tokens are sent through the whole program, and looked for
//! in its logs, its metrics, its processes and what it says of itself.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;
use totp_rs::{Builder, Secret};

use super::provider::Browser;
use crate::{Home, Running, sandbox, with};

const PASSWORD: &str = "canary-kettle-violin-41";
const WRONG: &str = "canary-of-a-wrong-password";
/// Of the clock of the sandbox, seconds since 1970: 2026-11-25T00:05:00Z.
const NOW: u64 = 1_795_565_100;

/// The house while it serves, and what it must not betray.
struct House {
    home: Home,
    serve: Running,
    at: String,
    log: String,
    canaries: BTreeSet<String>,
}

impl House {
    /// A night is played, its list approved, and pages are served.
    fn after_a_night() -> Self {
        let home = Home::new();
        let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
        let config = sandbox(&home, &gmc.first);
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(
            &config,
            format!("{text}[users]\ntwo_people = \"off\"\n[schedule]\nenabled = \"off\"\n"),
        )
        .unwrap();
        let mut log = String::new();
        let mut run = |args: &[&str]| {
            let said = home.run(&with(&config, args));
            log.push_str(&said.err);
            said.out
        };
        run(&["run", "gmc-sync", "--body", "NWL"]);
        let holds: Value = serde_json::from_str(&run(&["holds", "--json"])).unwrap();
        let (id, count) = (holds[0]["id"].as_str().unwrap(), holds[0]["doctors"].to_string());
        run(&["approve", id, "--count", &count, "--reason", "first"]);
        run(&["run", "gmc-sync", "--body", "NWL"]);
        let errors = std::fs::File::create(home.path("log")).unwrap();
        let mut program = home.program(&with(&config, &["serve", "--json"]));
        let mut child = program.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(2);
        let said: Vec<Value> = lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        let serve = Running { child, first: said[1]["token"].as_str().unwrap().to_owned() };
        let at = said[0]["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
        let canaries = [PASSWORD, WRONG, &serve.first].map(str::to_owned).into();
        Self { home, serve, at, log, canaries }
    }

    fn run(&mut self, args: &[&str]) -> String {
        let said = self.home.run(&with(&self.home.path("my.toml"), args));
        assert_eq!(said.code, Some(0), "{args:?} {} {}", said.out, said.err);
        self.log.push_str(&said.err);
        said.out
    }

    fn ask(&self, browser: &mut Browser, head: &str, body: &str) -> String {
        browser.ask(&self.at, "127.0.0.1", head, body).text
    }

    /// The first person sets their account up and comes in.
    fn sign_in(&mut self) -> Browser {
        let mut browser = Browser::default();
        let token = self.serve.first.clone();
        let page = self.ask(&mut browser, "POST /invitation", &format!("invitation={token}"));
        let secret = page.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned();
        let totp = Builder::new().with_secret(Secret::try_from_base32(&secret).unwrap()).build().unwrap();
        let code = |at: u64| totp.generate(at).to_string();
        let accept =
            format!("invitation={token}&name=ana&password={PASSWORD}&again={PASSWORD}&code={}", code(NOW));
        self.ask(&mut browser, "POST /invitation/accept", &accept);
        let wrong = format!("name=ana&password={WRONG}&code={}", code(NOW));
        assert!(self.ask(&mut browser, "POST /sign-in", &wrong).contains("is not right"));
        let right = format!("name=ana&password={PASSWORD}&code={}", code(NOW + 30));
        let answer = self.ask(&mut browser, "POST /sign-in", &right);
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        self.canaries.extend([secret, browser.session()]);
        browser
    }
}

impl House {
    /// Lets a program read the doctors, every word of whom is looked for; gives the number and the name of one.
    fn doctors(&mut self) -> (String, String) {
        let grant = "users grant ana --role approver --body NWL --sensitive --reason r";
        self.run(&grant.split(' ').collect::<Vec<_>>());
        let add = "tokens add warehouse --owner ana --body NWL --days 7 --reason r --json";
        let token: Value = serde_json::from_str(&self.run(&add.split(' ').collect::<Vec<_>>())).unwrap();
        let mut program = Browser::default();
        program.bearer = token["token"].as_str().unwrap().to_owned();
        let list = self.ask(&mut program, "GET /api/v1/doctors", "");
        let list: Value = serde_json::from_str(list.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        self.canaries.insert(program.bearer);
        let rows = list["doctors"].as_array().unwrap();
        let word = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
        for row in rows {
            // A shorter name, such as X, is part of any text.
            let names = [word(row, "last_name"), word(row, "first_name")].into_iter();
            self.canaries.extend(names.filter(|name| name.len() > 5).chain([word(row, "gmc_number")]));
        }
        assert!(rows.len() >= 5 && self.canaries.len() > rows.len() + 8, "{:?}", self.canaries);
        (word(&rows[0], "gmc_number"), word(&rows[0], "last_name"))
    }

    /// What somebody, and nobody, asks that has a doctor in it: rightly, wrongly and at the wrong place.
    fn wander(&self, ana: &mut Browser, number: &str, name: &str) {
        for head in [
            format!("GET /doctors?q={name}"),
            format!("GET /doctors?q={name}&order=nonsense&body=1-AIIDWT"),
            format!("GET /doctors/{number}"),
            format!("GET /doctors/{number}/recommend"),
            format!("GET /doctors/{number}?on=2099-01-01"),
            format!("GET /api/v1/doctors/{number}"),
            format!("GET /nowhere/{number}/{name}"),
            format!("GET /export/doctors?q={name}"),
            format!("POST /doctors/{number}/recommend"),
            format!("DELETE /doctors/{number}"),
            format!("GET /{}", name.repeat(1000)),
        ] {
            for browser in [&mut *ana, &mut Browser::default()] {
                self.ask(browser, &head, &format!("note={name}"));
            }
        }
    }

    /// All that is to be read beside the pages; the program has ended after it.
    fn beside(&mut self) -> Vec<(&'static str, String)> {
        let process = |file: &str, house: &Self| {
            let path = format!("/proc/{}/{file}", house.serve.child.id());
            String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
        };
        let mut places = vec![
            ("the command line", process("cmdline", self)),
            ("the environment", process("environ", self)),
        ];
        let stranger =
            |path: &str, house: &Self| house.ask(&mut Browser::default(), &format!("GET {path}"), "");
        for path in ["/metrics", "/healthz", "/status.json"] {
            places.push((path, stranger(path, self)));
        }
        assert!(places[2].1.contains("reval_http_requests_total"), "{}", places[2].1);
        places.push(("the settings", self.run(&["check-config"])));
        // Auditors read it, and learn of no doctor.
        places.push(("the audit", self.run(&["audit", "--json"])));
        assert_eq!(self.serve.end(), Some(0));
        let served = std::fs::read_to_string(self.home.path("log")).unwrap();
        assert!(served.lines().count() > 20, "requests are logged: {served}");
        places.extend([("the log of serve", served), ("the log of runs", self.log.clone())]);
        places
    }
}

#[test]
fn no_name_no_number_and_no_secret_stands_in_a_log_a_metric_or_a_process() {
    let mut house = House::after_a_night();
    let mut ana = house.sign_in();
    let (number, name) = house.doctors();
    house.wander(&mut ana, &number, &name);
    for (place, text) in house.beside() {
        for canary in &house.canaries {
            assert!(!text.contains(canary), "{place} says {canary:?}");
        }
    }
}

#[test]
fn what_a_program_asks_for_is_done_by_the_program_that_serves() {
    let mut house = House::after_a_night();
    house.sign_in();
    let add = "tokens add robot --owner ana --may jobs --days 7 --reason r --json";
    let token: Value = serde_json::from_str(&house.run(&add.split(' ').collect::<Vec<_>>())).unwrap();
    let mut robot = Browser::default();
    token["token"].as_str().unwrap().clone_into(&mut robot.bearer);
    let mut ask = |head: &str| {
        let text = house.ask(&mut robot, head, "{\"reason\":\"the list is old\"}");
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().to_owned(), serde_json::from_str::<Value>(body).unwrap())
    };
    let asked = ask("POST /api/v1/jobs/gmc-sync/run");
    assert_eq!((asked.0.as_str(), &asked.1["done"][0]["action"]), ("200", &"ask-run".into()), "{}", asked.1);
    assert_eq!(ask("POST /api/v1/jobs/gmc-sync/run"), asked, "told again, and not done again");
    let object = asked.1["done"][0]["object"].as_str().unwrap();
    let aborted = ask(&format!("POST /api/v1/runs/{}/abort", object.strip_prefix("run/").unwrap()));
    assert_eq!(
        (aborted.0.as_str(), &aborted.1["done"][0]["object"]),
        ("200", &object.into()),
        "{}",
        aborted.1
    );
    assert_eq!(ask("POST /api/v1/jobs/none/run").0, "404");
    let runs: Value = serde_json::from_str(&house.run(&["runs", "--json"])).unwrap();
    let ours = runs.as_array().unwrap().iter().find(|run| object.ends_with(run["id"].as_str().unwrap()));
    assert_eq!(ours.unwrap()["state"], "cancelled", "{runs}");
}

#[test]
fn where_monitors_have_an_address_of_their_own_strangers_learn_nothing_of_the_house() {
    let home = Home::new();
    let mut program = home.program(&["serve", "--json"]);
    program.env("REVAL__WEB__MONITORS", "127.0.0.1:0").env("REVAL__SCHEDULE__ENABLED", "off");
    let mut serve = Running::start(program);
    let said: Value = serde_json::from_str(&serve.first).unwrap();
    let at = |field: &str| said[field].as_str().unwrap().trim_start_matches("http://").to_owned();
    let (pages, monitors) = (at("url"), at("monitors"));
    let status = |at: &str, path: &str| {
        Browser::default()
            .ask(at, "127.0.0.1", &format!("GET {path}"), "")
            .text
            .split(' ')
            .nth(1)
            .unwrap()
            .to_owned()
    };
    for path in ["/healthz", "/metrics", "/status.json"] {
        assert_eq!(status(&pages, path), "404", "{path}");
        assert_ne!(status(&monitors, path), "404", "{path}");
    }
    for path in ["/livez", "/readyz"] {
        assert_eq!(
            (status(&pages, path), status(&monitors, path)),
            ("200".to_owned(), "200".to_owned()),
            "{path}"
        );
    }
    for path in ["/sign-in", "/doctors", "/api/v1/lists", "/assets/none"] {
        assert_eq!(status(&monitors, path), "404", "{path}");
    }
    assert_eq!(serve.end(), Some(0));
}
