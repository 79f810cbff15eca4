//! The line for decisions, against the simulated service: what it hears, and whether it may say that nothing was said.

use std::time::Duration;

use jiff::civil::date;
use simulator::{BODIES, Fault, Rule, SimConfig, Simulator, World};
use sources::gmc::operations::Operation;
use sources::gmc::{Caps, Class, GmcSettings, Heard, Lines, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::Instant;

const DOCTOR: &str = "9000010";

fn settings(url: String) -> GmcSettings {
    GmcSettings {
        url,
        user: "reval".into(),
        password: Secret::new("reval"),
        internal_user: "Test Admin".into(),
        user_agent: "reval-test".into(),
        connect_timeout: Duration::from_secs(5),
        answer_timeout: Duration::from_secs(5),
        retries: Default::default(),
        caps: Caps::default(),
    }
}

async fn simulator() -> Simulator {
    crate::with_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Simulator::start(SimConfig::new(World::new(7, 485, date(2026, 11, 1))), listener).unwrap()
}

fn add() -> [(&'static str, &'static str); 5] {
    [
        ("DoctorUID", DOCTOR),
        ("DesignatedBodyCode", BODIES[5]),
        ("ClientRequestID", "our-1"),
        ("ChangeReason", "1"),
        ("InternalUser", "Test Admin"),
    ]
}

async fn say(simulator: &Simulator) -> Heard {
    let line = Lines::new(settings(simulator.url())).unwrap().open().await.unwrap();
    line.say(Operation::TryAddDoctor, &add(), Instant::now()).await
}

#[tokio::test]
async fn a_whole_reply_is_heard_with_its_code_and_our_id() {
    let simulator = simulator().await;
    let Heard::Whole(fields) = say(&simulator).await else { panic!("no whole reply") };
    assert_eq!((fields.get("ReturnCode"), fields.client_request_id()), (Some("0"), Some("our-1")));
    let Heard::Whole(again) = say(&simulator).await else { panic!("no whole reply") };
    assert_eq!(again.get("ReturnCode"), Some("100"));
}

#[tokio::test]
async fn whatever_breaks_after_the_first_byte_is_never_called_unsaid() {
    let faults = [
        Fault::LostReply,
        Fault::DoneButPage,
        Fault::Cut(300),
        Fault::Page,
        Fault::SoapFault,
        Fault::EdgeRefuses,
        Fault::Status(503),
        Fault::Late(10),
    ];
    for fault in faults {
        let simulator = simulator().await;
        simulator.set_faults(vec![Rule::everywhere(fault.clone()).of("TryAddDoctor")]);
        assert!(matches!(say(&simulator).await, Heard::Broken(_)), "{fault:?}");
        assert_eq!(simulator.journal().iter().filter(|call| call.doctor == DOCTOR).count(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn an_opened_line_has_said_nothing_and_a_worker_that_slept_says_nothing() {
    let simulator = simulator().await;
    let lines = Lines::new(settings(simulator.url())).unwrap();
    drop(lines.open().await.unwrap());
    let line = lines.open().await.unwrap();
    let long_ago = Instant::now().checked_sub(Duration::from_secs(6)).unwrap();
    let heard = line.say(Operation::TryAddDoctor, &add(), long_ago).await;
    assert!(matches!(heard, Heard::NothingWritten(error) if error.class == Class::Timeout));
    assert!(simulator.journal().is_empty());
}

#[tokio::test]
async fn where_nobody_listens_no_line_opens() {
    crate::with_tls();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let lines = Lines::new(settings(format!("http://{free}/x"))).unwrap();
    assert_eq!(lines.open().await.err().map(|error| error.class), Some(Class::Network));
    for url in ["ftp://example.org/", "no address", "mailto:a@example.org"] {
        assert!(Lines::new(settings(url.to_owned())).is_err(), "{url}");
    }
}

#[tokio::test]
async fn a_service_that_speaks_no_tls_is_never_spoken_to() {
    let simulator = simulator().await;
    let lines = Lines::new(settings(simulator.url().replace("http://", "https://"))).unwrap();
    assert!(lines.open().await.is_err());
    assert!(simulator.journal().is_empty());
}

#[tokio::test]
async fn one_request_goes_out_whole_with_our_name_and_then_the_line_closes() {
    crate::with_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/GMC/x.asmx?a=b", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        let mut piece = [0; 4096];
        while !String::from_utf8_lossy(&heard).contains("</soap:Envelope>") {
            let read = stream.read(&mut piece).await.unwrap();
            heard.extend_from_slice(&piece[..read]);
        }
        let moved =
            "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(moved.as_bytes()).await.unwrap();
        let second = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
        (String::from_utf8(heard).unwrap(), second.is_ok())
    });
    let line = Lines::new(settings(url)).unwrap().open().await.unwrap();
    assert!(matches!(line.say(Operation::TryAddDoctor, &add(), Instant::now()).await, Heard::Broken(_)));
    let (request, came_again) = server.await.unwrap();
    assert!(request.starts_with("POST /GMC/x.asmx?a=b HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("user-agent: reval-test\r\n") && request.contains("/TryAddDoctor\"\r\n"));
    assert!(!came_again, "a redirect is not followed and nothing is tried again");
}
