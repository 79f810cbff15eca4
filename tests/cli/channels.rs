//! Channels from outside: the real program tells a receiver on a socket, and says what that answered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::schedule::until;
use super::{Home, Running, sandbox, with};

/// What a receiver got, and how it answers.
#[derive(Clone)]
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<Value>>>,
    answer: Arc<Mutex<&'static str>>,
}

const TAKEN: &str = "200 OK";

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self { url, got: Arc::default(), answer: Arc::new(Mutex::new(TAKEN)) };
        let copy = receiver.clone();
        std::thread::spawn(move || listener.incoming().for_each(|stream| copy.take(stream.unwrap())));
        receiver
    }

    fn take(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut line, mut length) = (String::new(), 0);
        while reader.read_line(&mut line).unwrap_or(0) > 2 {
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_ok() && length > 0 {
            self.got.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
            let answer = *self.answer.lock().unwrap();
            let _ = write!(stream, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    }

    fn keys(&self) -> Vec<String> {
        let got = self.got.lock().unwrap();
        let keys = got.iter().filter_map(|body| body["incident_keys"].as_array()).flatten();
        keys.map(|key| key.as_str().unwrap().to_owned()).collect()
    }
}

/// A sandbox with one channel.
fn home(receiver: &Receiver) -> (Home, PathBuf) {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    std::fs::write(home.path("key"), "whsec_c2VjcmV0\n").unwrap();
    let channel = format!(
        "[[channel]]\nname = \"ops\"\nkind = \"webhook\"\nallow_private = true\nurl = {:?}\nsecret_file = \"key\"\n",
        receiver.url
    );
    let text = format!("{}{channel}", std::fs::read_to_string(&config).unwrap());
    std::fs::write(&config, text).unwrap();
    (home, config)
}

#[test]
fn a_test_of_a_channel_ends_by_what_the_receiver_said() {
    let receiver = Receiver::start();
    let (home, config) = home(&receiver);
    let run = |args: &[&str]| home.run(&with(&config, args));
    assert!(run(&["channels"]).out.contains("never used"));
    let taken = run(&["channels", "test", "ops"]);
    assert_eq!((taken.code, receiver.keys()), (Some(0), vec!["test/ops".to_owned()]), "{}", taken.err);
    assert!(taken.out.contains("received by ops, which said: 200"), "{}", taken.out);
    *receiver.answer.lock().unwrap() = "404 Not Found";
    let refused = run(&["channels", "test", "ops", "--json"]);
    assert_eq!(refused.code, Some(33), "{}", refused.err);
    let said: Value = serde_json::from_str(&refused.out).unwrap();
    assert_eq!((&said["received"], &said["answer"]), (&false.into(), &"404".into()));
    assert!(run(&["channels", "list"]).out.contains("FAILING since 2026-11-25 00:05:00 UTC"));
    run(&["channels", "test", "pager"]).must(12, "there is no channel called pager; there are: ops");
    let guarded = std::fs::read_to_string(&config).unwrap().replace("allow_private = true\n", "");
    std::fs::write(&config, guarded).unwrap();
    run(&["channels", "test", "ops"]).must(10, "has an address of http");
}

#[test]
fn a_night_that_nobody_begins_reaches_the_receiver() {
    let receiver = Receiver::start();
    let (home, config) = home(&receiver);
    std::fs::write(home.path("clock"), "2026-11-24T23:50:00Z\n").unwrap();
    let mut serve = Running::start(home.program(&with(&config, &["serve"])));
    until("rows stand ahead", || {
        home.run(&with(&config, &["runs", "gmc-sync"])).out.contains("2026-11-25T00:05#1")
    });
    serve.child.kill().unwrap();
    let mut watch = Running::start(home.program(&with(&config, &["watch"])));
    std::fs::write(home.path("clock"), "2026-11-25T00:12:00Z\n").unwrap();
    until("the receiver is told", || receiver.keys().contains(&"missed/gmc-sync".to_owned()));
    assert_eq!(watch.end(), Some(0));
    let got = receiver.got.lock().unwrap().clone();
    let mut alerts = got.iter().filter_map(|body| body["alerts"].as_array()).flatten();
    let alert = alerts.find(|alert| alert["incident_key"] == "missed/gmc-sync").unwrap();
    assert_eq!((&alert["next_action"]["method"], &alert["severity"]), (&"GET".into(), &"page".into()));
}

#[test]
fn a_watch_that_begins_without_the_store_tells_so() {
    let receiver = Receiver::start();
    let (home, config) = home(&receiver);
    let mut command = home.program(&with(&config, &["watch"]));
    // Nobody listens at this port.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    command.env("REVAL__STORE__URL", format!("postgres://reval@{closed}/none"));
    let mut watch = Running::start(command);
    assert!(watch.first.ends_with("the store is away"), "{}", watch.first);
    let mut minute = 5;
    until("people are told that the store is away", || {
        // Each look a minute later than the one before, as nobody may see it half written.
        minute += 1;
        std::fs::write(
            home.path("clock.new"),
            format!("2026-11-25T{:02}:{:02}:00Z\n", minute / 60, minute % 60),
        )
        .unwrap();
        std::fs::rename(home.path("clock.new"), home.path("clock")).unwrap();
        receiver.keys().iter().any(|key| key.contains("store"))
    });
    assert_eq!(watch.end(), Some(0));
}
