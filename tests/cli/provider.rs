//! Signing in at a real identity provider, a certified one in a process of its own: who comes in, with what, and who does not.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Home, Running, with};

/// Where people reach the pages, as the provider knows it. Nobody listens there: tests go to the true address instead.
const PUBLIC: &str = "http://127.0.0.1";
const BACK: &str = "http://127.0.0.1/sign-in/provider/back";
const SECRET: &str = "s3cret-of-a-client";

/// A browser: what it keeps of each host.
#[derive(Clone, Default)]
pub(super) struct Browser {
    /// A token that a program brings; empty for none.
    pub(super) bearer: String,
    cookies: BTreeMap<String, BTreeMap<String, String>>,
}

pub(super) struct Answer {
    status: u16,
    location: String,
    pub(super) text: String,
}

impl Browser {
    /// Sends one request to a true address under a host's name.
    pub(super) fn ask(&mut self, at: &str, host: &str, head: &str, body: &str) -> Answer {
        let cookies = self.cookies.entry(host.to_owned()).or_default();
        let brought: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut stream = TcpStream::connect(at).unwrap();
        let bearer = &self.bearer;
        let (kind, bearer) = match bearer.as_str() {
            "" => ("application/x-www-form-urlencoded", String::new()),
            token => {
                // Of a program each change has a key of its own.
                let key = head.replace(' ', "-");
                ("application/json", format!("Authorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"))
            }
        };
        let sent = format!(
            "{head} HTTP/1.1\r\nHost: {host}\r\n{bearer}Connection: close\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            brought.join("; "),
            body.len()
        );
        stream.write_all(sent.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        let mut location = String::new();
        for line in text.split("\r\n\r\n").next().unwrap_or_default().lines() {
            match line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value)) {
                Some((name, value)) if name == "location" => location = value.to_owned(),
                Some((name, value)) if name == "set-cookie" => {
                    let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                    cookies.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        Answer { status, location, text }
    }

    pub(super) fn session(&self) -> String {
        self.cookies["127.0.0.1"].get("reval").cloned().unwrap_or_default()
    }
}

/// The pages and the provider, each a process.
struct House {
    home: Home,
    provider: Running,
    serve: Running,
}

impl House {
    /// None where the provider is not installed.
    fn new() -> Option<Self> {
        Self::with("")
    }

    /// The same with one more setting.
    fn with(setting: &str) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e");
        if !folder.join("node_modules/oidc-provider").is_dir() {
            let required = std::env::var("REVAL_REQUIRE_PROVIDER").is_ok_and(|value| value == "1");
            assert!(!required, "the identity provider is not installed: run `npm ci` in e2e");
            #[expect(clippy::print_stderr, reason = "a test run must show what it left out")]
            {
                eprintln!("no identity provider was asked: `npm ci` in e2e installs one");
            }
            return None;
        }
        let home = Home::new();
        let mut node = Command::new("node");
        node.current_dir(folder).args(["provider.mjs", "reval", SECRET, BACK]);
        let log = std::fs::File::create(home.path("provider.log")).unwrap();
        let provider = started(node, log);
        let settings = format!(
            "[site]\nenvironment = \"test\"\npublic_url = \"{PUBLIC}\"\n[schedule]\nenabled = \"off\"\n[oidc]\n\
             issuer = \"{}\"\nclient_id = \"reval\"\nclient_secret_file = \"secret\"\nlabel = \"a made-up trust\"\n{setting}\
             [[oidc.role]]\nvalue = \"reval-approvers\"\nrole = \"approver\"\nbodies = \"NWL\"\n\
             [[oidc.role]]\nvalue = \"reval-readers\"\nrole = \"observer\"\nbodies = \"NWL\"\n",
            provider.first
        );
        std::fs::write(home.path("my.toml"), settings).unwrap();
        std::fs::write(home.path("secret"), format!("{SECRET}\n")).unwrap();
        let log = std::fs::File::create(home.path("log")).unwrap();
        let serve = started(home.program(&with(&home.path("my.toml"), &["serve", "--json"])), log);
        Some(Self { home, provider, serve })
    }

    fn pages(&self) -> String {
        let said: serde_json::Value = serde_json::from_str(&self.serve.first).unwrap();
        said["url"].as_str().unwrap().trim_start_matches("http://").to_owned()
    }

    /// Whom the provider signs in from now on, and how it spoils its tokens.
    fn next_is(&self, subject: &str, groups: &[&str], spoil: &str) {
        let name = format!("Person.{subject}@example.org");
        let told = serde_json::json!({ "subject": subject, "name": name, "groups": groups, "spoil": spoil })
            .to_string();
        let at = self.provider.first.trim_start_matches("http://");
        assert_eq!(Browser::default().ask(at, at, "POST /control", &told).status, 200);
    }

    /// In which way people show the provider who they are.
    fn shows(&self, acr: &str) {
        let at = self.provider.first.trim_start_matches("http://");
        let told = serde_json::json!({ "acr": acr }).to_string();
        assert_eq!(Browser::default().ask(at, at, "POST /control", &told).status, 200);
    }

    fn get(&self, browser: &mut Browser, path: &str) -> Answer {
        browser.ask(&self.pages(), "127.0.0.1", &format!("GET {path}"), "")
    }

    /// Goes to the provider and as far as the way back, without taking it.
    fn away(&self, browser: &mut Browser, next: &str) -> String {
        let mut answer = self.get(browser, &format!("/sign-in/provider?next={next}"));
        let at = self.provider.first.trim_start_matches("http://");
        for _ in 0..10 {
            assert!(matches!(answer.status, 302 | 303), "{}", answer.text);
            if let Some(path) = answer.location.strip_prefix(PUBLIC).filter(|path| path.starts_with('/')) {
                return path.to_owned();
            }
            let path = answer.location.trim_start_matches(&self.provider.first).to_owned();
            answer = browser.ask(at, at, &format!("GET {path}"), "");
        }
        panic!("the provider sends us round and round: {}", answer.location);
    }

    /// Goes there and back.
    fn sign_in(&self, browser: &mut Browser, next: &str) -> Answer {
        let back = self.away(browser, next);
        self.get(browser, &back)
    }

    /// What a page answers to somebody: 200, 403, or 303 to the page of signing in.
    fn opens(&self, browser: &Browser, path: &str) -> u16 {
        self.get(&mut browser.clone(), path).status
    }
}

fn started(mut command: Command, log: std::fs::File) -> Running {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let mut first = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.as_mut().unwrap()), &mut first)
        .unwrap();
    Running { child, first: first.trim().to_owned() }
}

#[test]
fn whoever_the_provider_vouches_for_may_do_what_their_claims_say_and_no_more() {
    let Some(house) = House::new() else { return };
    let mut stranger = Browser::default();
    house.next_is("1", &["staff"], "");
    let page = house.get(&mut stranger, "/sign-in?next=/bodies/1-1RUZV6H");
    assert!(page.text.contains("Sign in with a made-up trust"), "{}", page.text);
    let answer = house.sign_in(&mut stranger, "/bodies/1-1RUZV6H");
    assert_eq!((answer.status, answer.location.as_str()), (303, "/bodies/1-1RUZV6H"), "{}", answer.text);
    let may = |browser: &Browser| {
        ["/account", "/doctors", "/connections/new", "/users"].map(|path| house.opens(browser, path))
    };
    assert_eq!(may(&stranger), [200, 403, 403, 403], "no claim, no right");

    let mut approver = Browser::default();
    house.next_is("2", &["reval-approvers"], "");
    assert_eq!(house.sign_in(&mut approver, "").status, 303);
    assert_eq!(may(&approver), [200, 200, 200, 403]);
    let mut elsewhere = Browser::default();
    house.next_is("2", &["reval-readers"], "");
    assert_eq!(house.sign_in(&mut elsewhere, "").status, 303);
    for browser in [&approver, &elsewhere] {
        assert_eq!(may(browser), [200, 200, 403, 403], "a changed role acts on the next request, everywhere");
    }
    house.next_is("2", &[], "");
    assert_eq!(house.sign_in(&mut Browser::default(), "").status, 303);
    assert_eq!(may(&approver), [200, 403, 403, 403], "and so does one that is gone");

    let config = house.home.path("my.toml");
    let run = |args: &[&str]| house.home.run(&with(&config, args));
    assert_eq!(run(&["users", "disable", "person.2", "--reason", "left"]).code, Some(0));
    assert_eq!(may(&approver), [303; 4]);
    let refused = house.sign_in(&mut Browser::default(), "");
    assert!(refused.status == 422 && refused.text.contains("Your account is disabled"), "{}", refused.text);
    let grant = ["users", "grant", "person.1", "--role", "observer", "--body", "NWL", "--reason", "x"];
    run(&grant).must(13, "what the identity provider says");
    assert_eq!(run(&["users", "add", "person.3", "--reason", "a person of our own"]).code, Some(0));
    house.next_is("3", &["reval-approvers"], "");
    let refused = house.sign_in(&mut Browser::default(), "");
    assert!(
        refused.status == 422 && refused.text.contains("Somebody of your name"),
        "no name opens an account"
    );
    let log = std::fs::read_to_string(house.home.path("log")).unwrap();
    for secret in [SECRET, "person.2", "Person.2", "code=", &approver.session()] {
        assert!(!log.contains(secret), "the log says {secret:?}");
    }
}

#[test]
fn a_token_that_is_not_the_providers_word_for_this_sign_in_opens_nothing() {
    let Some(house) = House::new() else { return };
    for spoil in [
        "signature",
        "claims",
        "key",
        "unsigned",
        "shared",
        "nonce",
        "no_nonce",
        "audience",
        "audiences",
        "issuer",
        "expired",
        "future",
    ] {
        let mut browser = Browser::default();
        house.next_is("1", &["reval-approvers"], spoil);
        let answer = house.sign_in(&mut browser, "");
        assert_eq!(answer.status, 422, "{spoil}: {}", answer.text);
        assert!(answer.text.contains("cannot be relied on"), "{spoil}: {}", answer.text);
        assert_eq!(house.opens(&browser, "/account"), 303, "{spoil}");
    }
    let list = house.home.run(&with(&house.home.path("my.toml"), &["users", "--json"]));
    let list: serde_json::Value = serde_json::from_str(&list.out).unwrap();
    assert_eq!(list["users"], serde_json::json!([]), "nobody has come in");
    house.next_is("1", &["reval-approvers"], "");
    assert_eq!(house.sign_in(&mut Browser::default(), "").status, 303, "the same, unspoiled");
}

#[test]
fn the_way_back_is_for_the_browser_that_set_out_and_only_once() {
    let Some(house) = House::new() else { return };
    house.next_is("1", &["reval-approvers"], "");
    let (mut own, mut others) = (Browser::default(), Browser::default());
    let back = house.away(&mut own, "");
    house.away(&mut others, "");
    for stranger in [&mut others, &mut Browser::default()] {
        let answer = house.get(stranger, &back);
        assert!(answer.status == 422 && answer.text.contains("not begun here"), "{}", answer.text);
    }
    let bent = back.replace("state=", "state=0");
    assert_eq!(house.get(&mut own.clone(), &bent).status, 422);
    let before = own.clone();
    assert_eq!(house.get(&mut own, &back).status, 303);
    assert_ne!(own.session(), before.session(), "a session has a secret of its own");
    let again = house.get(&mut before.clone(), &back);
    assert!(again.status == 422 && again.text.contains("cannot be relied on"), "a code works once");

    // Step-up: the same person, with a new secret; another person is refused.
    let old = own.clone();
    house.next_is("2", &["reval-approvers"], "");
    let mut stolen = own.clone();
    stolen.cookies.retain(|host, _| host == "127.0.0.1");
    let other = house.sign_in(&mut stolen, "");
    assert!(other.status == 422 && other.text.contains("That was somebody else"), "{}", other.text);
    house.next_is("1", &["reval-approvers"], "");
    let page = house.get(&mut own, "/step-up?next=/holds");
    assert!(
        page.text.contains("Show once more who you are") && !page.text.contains("Password"),
        "{}",
        page.text
    );
    let answer = house.sign_in(&mut own, "/holds");
    assert_eq!((answer.status, answer.location.as_str()), (303, "/holds"), "{}", answer.text);
    assert_eq!(house.opens(&own, "/account"), 200);
    assert_eq!(house.opens(&old, "/account"), 303, "the secret of before opens nothing");
}

#[test]
fn a_way_of_signing_in_that_is_asked_for_is_needed() {
    let Some(house) = House::with("acr = \"urn:made-up:two-factors\"\n") else { return };
    for (shown, status) in [("", 422), ("urn:made-up:password", 422), ("urn:made-up:two-factors", 303)] {
        house.next_is("1", &["reval-readers"], "");
        house.shows(shown);
        let mut browser = Browser::default();
        assert_eq!(house.sign_in(&mut browser, "").status, status, "{shown:?}");
        assert_eq!(house.opens(&browser, "/doctors"), if status == 303 { 200 } else { 303 }, "{shown:?}");
    }
}
