//! Letters to single people, to a relay that speaks SMTP on a real socket.

use std::sync::{Arc, Mutex};

use domain::clock::{Clock as _, VirtualClock};
use jiff::SignedDuration;
use store::Store;
use testkit::engines;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use watch::channel::{Channel, Mail, Security, Way};
use watch::policy::Policy;

use super::Outcome;
use super::delivery::delivery;

/// What a relay got, a line each.
type Got = Arc<Mutex<Vec<String>>>;

/// Speaks as much SMTP as one letter needs; `verdict` is what it says after the whole of it.
async fn relay(verdict: &'static str) -> (u16, Got) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, got) = (listener.local_addr().unwrap().port(), Got::default());
    let kept = Arc::clone(&got);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ended = speak(stream, verdict, &kept).await;
        }
    });
    (port, got)
}

async fn speak(stream: TcpStream, verdict: &str, got: &Got) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 relay\r\n").await?;
    let (mut line, mut is_letter) = (String::new(), false);
    while stream.read_line(&mut line).await? > 0 {
        let said = line.trim_end().to_owned();
        line.clear();
        let answer = match (is_letter, said.as_str()) {
            (true, ".") => {
                is_letter = false;
                format!("{verdict}\r\n")
            }
            (true, _) => String::new(),
            (false, "DATA") => {
                is_letter = true;
                "354 go on\r\n".to_owned()
            }
            (false, _) => "250 ok\r\n".to_owned(),
        };
        got.lock().unwrap().push(said);
        stream.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

fn channel(port: u16) -> Channel {
    let mail = Mail {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Clear,
        account: None,
        authority: None,
        from: "reval@example.org".parse().unwrap(),
        to: vec!["team@example.org".parse().unwrap()],
    };
    Channel { name: "mail".to_owned(), way: Way::Mail(Box::new(mail)), may_be_private: true }
}

/// Somebody who wants letters, and one that waits.
async fn owed(store: &Store, clock: &VirtualClock) -> Outcome {
    use domain::ids::{BodyCode, GmcNumber};
    use domain::recommendation::{Facts, Kind, Words};
    let now = clock.now();
    let (number, body) = (GmcNumber::parse("9000001").unwrap(), BodyCode::new("1-AIIDWT"));
    let words = Words { kind: Kind::Revalidate, deferral_date: None, reason: None, sub_reason: None };
    let facts = Facts { body: None, last_name: None, under_notice: "yes".to_owned(), submission_date: None };
    let new = store::recommendation::NewRecommendation {
        id: "r-1",
        number: &number,
        body: &body,
        words: &words,
        facts: &facts,
        actor: "user:ana",
    };
    let ana = store::account::NewAccount { id: "account-ana", name: "ana", is_demo: true, actor: "test" };
    let mut tx = store.begin().await?;
    store::recommendation::insert(&mut tx, &new, now).await?;
    store::account::insert(&mut tx, &ana, now).await?;
    store::letter::wish(&mut tx, "account-ana", Some("ana@example.org"), ("test", now)).await?;
    assert!(store::letter::owe(&mut tx, "ana", "r-1", now).await?);
    assert!(!store::letter::owe(&mut tx, "ana", "r-1", now).await?, "one letter of it to one person");
    tx.commit().await
}

#[tokio::test]
async fn a_letter_reaches_one_person_names_nobody_and_is_sent_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(testkit::start());
        owed(&store, &clock).await?;
        let (port, got) = relay("250 taken").await;
        let sending = delivery(&store, &clock, &[channel(port)], Policy::to("mail", None));
        assert_eq!((sending.letters().await?, sending.letters().await?), (1, 0), "{engine:?}");
        let got = got.lock().unwrap().join("\n");
        assert!(
            got.contains("RCPT TO:<ana@example.org>") && !got.contains("team@example.org"),
            "{engine:?}: {got}"
        );
        assert!(got.contains("https://reval.example.org/recommendations/r-1"), "{engine:?}: {got}");
        assert!(!got.contains("9000001"), "{engine:?}: {got}");
    }
    Ok(())
}

#[tokio::test]
async fn a_letter_that_is_not_taken_is_tried_later_and_given_up_after_ten() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(testkit::start());
        owed(&store, &clock).await?;
        let (port, got) = relay("451 later").await;
        let sending = delivery(&store, &clock, &[channel(port)], Policy::to("mail", None));
        for tries in 1..=12 {
            assert_eq!(sending.letters().await?, 0, "{engine:?}");
            let tried = got.lock().unwrap().iter().filter(|line| *line == "DATA").count();
            assert_eq!(tried, tries.min(10), "{engine:?}");
            assert_eq!(sending.letters().await?, 0, "{engine:?}");
            clock.advance(SignedDuration::from_hours(100));
        }
        let waits = store::letter::due(&mut store.read().await?, clock.now(), 10).await?;
        assert!(waits.is_empty(), "{engine:?}: it waits for nothing");
    }
    Ok(())
}
