//! The whole program over PostgreSQL by logins of its parts: a night, a word to the GMC, the watch and people.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

use serde_json::Value;
use testkit::{Engine, engines, scratch};

use crate::schedule::until;
use crate::{Ended, Home, Running, sandbox, with};

/// What the program says of its health.
fn health(address: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(address) else { return String::new() };
    let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    let read = asked.and_then(|()| stream.read_to_string(&mut answer));
    read.map_or_else(|_| String::new(), |_| answer)
}

#[tokio::test]
async fn every_part_does_its_work_by_a_login_of_its_own() {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let (home, scratch) = (Home::new(), scratch(engine).await);
        let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
        let config = sandbox(&home, &gmc.first);
        // The owner is for this alone.
        let migrated = home
            .program(&["migrate"])
            .env("REVAL__STORE__URL", &scratch.url)
            .env("REVAL__SITE__ENVIRONMENT", "sandbox")
            .output()
            .unwrap();
        Ended::of(migrated).must(0, "");
        let printed = home.run(&["grants"]);
        assert_eq!(printed.out.trim(), store::LOGINS.trim(), "what the program prints is what is tested");
        scratch.make_logins().await;
        let text = std::fs::read_to_string(&config).unwrap();
        let logins = "web_user = \"reval_web\"\nsend_user = \"reval_send\"\nwatch_user = \"reval_watch\"\n";
        let url = scratch.url_of("reval_job");
        std::fs::write(&config, format!("{text}[store]\nurl = \"{url}\"\n{logins}")).unwrap();
        let run = |args: &[&str]| home.run(&with(&config, args));

        let night = run(&["run", "gmc-sync", "--body", "NWL"]);
        assert_eq!(night.code, Some(30), "{} {}", night.out, night.err);
        let holds: Value = serde_json::from_str(&run(&["holds", "--json"]).out).unwrap();
        let (id, count) = (holds[0]["id"].as_str().unwrap(), holds[0]["doctors"].to_string());
        let approved = run(&["approve", id, "--count", &count, "--reason", "first"]);
        assert_eq!(approved.code, Some(0), "{}", approved.err);
        assert_eq!(run(&["run", "gmc-sync", "--body", "NWL"]).code, Some(0));
        assert_eq!(run(&["users", "add", "cleo", "--reason", "she joins us"]).code, Some(0));

        std::fs::write(home.path("doctors"), "9000003").unwrap();
        let wish =
            ["connect", "--to", "NW", "--code", "1", "--doctors", "doctors", "--reason", "a rehearsal"];
        let wished = run(&wish);
        assert_eq!(wished.code, Some(0), "{} {}", wished.out, wished.err);
        let mut program = home.program(&with(&config, &["serve"]));
        let log = std::fs::File::create(home.path("log")).unwrap();
        let mut child = program.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        let mut serve = Running { child, first };
        until("it is accepted", || run(&["connections", "--json"]).out.contains("\"accepted\""));
        let address = serve.first.split_whitespace().next().unwrap().trim_start_matches("http://").to_owned();
        until("the watch says that it lives", || {
            let health = health(&address);
            health.contains("\"reasons\"") && !health.contains("nobody_watches")
        });
        assert_eq!(serve.end(), Some(0));
        assert_eq!(run(&["audit", "verify"]).code, Some(0));
        let log = std::fs::read_to_string(home.path("log")).unwrap();
        assert!(log.contains("serve_ended") && !log.contains("permission denied"), "{log}");
    }
}
