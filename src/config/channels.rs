//! Where alerts go: the channels, and the policies that choose between them.

use std::path::PathBuf;

use domain::alert::{AlertKind, Severity};
use domain::job::Job;
use domain::secret::Secret;
use jiff::SignedDuration;
use watch::channel::{Channel, EMAILS, EVENTS, Mail, Mailbox, Notify, Security, Way, check_address};
use watch::heartbeat::Heartbeat;
use watch::policy::{DailyTest, Policies, Policy, SECOND_AFTER, Tell};

use super::fields::Fields;
use super::reader::{Reader, duration};
use super::working_hours;

/// Where channels are declared.
pub const CHANNEL: &str = "channel";
/// Where policies are.
pub const POLICY: &str = "alert_policy";
const KINDS: [&str; 6] = ["slack", "teams", "pagerduty", "webhook", "mail", "notify"];
/// Fields of every channel, and of each kind of it.
const COMMON: [&str; 3] = ["name", "kind", "allow_private"];
const CHAT: [&str; 1] = ["url_file"];
const PAGERDUTY: [&str; 2] = ["url", "key_file"];
const NOTIFY: [&str; 4] = ["url", "key_file", "template", "to"];
const WEBHOOK: [&str; 3] = ["url", "url_file", "secret_file"];
const MAIL: [&str; 8] = ["host", "port", "security", "user", "password_file", "ca_file", "from", "to"];
const POLICY_FIELDS: [&str; 13] = [
    "name",
    "kinds",
    "severities",
    "jobs",
    "first",
    "second",
    "second_after",
    "tell_in_a_row",
    "tell_ratio",
    "louder_in_a_row",
    "people",
    "escalate_in_a_row",
    "escalate_after",
];
/// Runs that are looked back at for a ratio. Source: what detectors keep.
const RATIO_MAX: usize = 20;
/// Most people one channel may write to. Arbitrary; more are better served by a list at the relay.
const TO_MAX: usize = 20;

/// Where alerts go.
#[derive(Debug, Default)]
pub struct Alerting {
    /// The channels.
    pub channels: Vec<Channel>,
    /// The policies, in order.
    pub policies: Policies,
    /// Who is told from outside that a watch lives.
    pub heartbeat: Option<Heartbeat>,
    /// Folder where a watch keeps what it last saw.
    pub memory: Option<PathBuf>,
}

/// What of an address may be shown: its path may be a secret.
pub fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "…".to_owned() };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    if host.len() == rest.len() { url.to_owned() } else { format!("{scheme}://{host}/…") }
}

/// Reads every `[[channel]]` and `[[alert_policy]]`.
pub fn read(reader: &Reader, jobs: &[Job]) -> Alerting {
    let mut channels: Vec<Channel> = Vec::new();
    for entry in &reader.entries(CHANNEL) {
        let fields = Fields { reader, entry, section: CHANNEL };
        if let Some(channel) = channel(&fields, &channels) {
            channels.push(channel);
        }
    }
    let entries = reader.entries(POLICY);
    let mut policies = Vec::new();
    for entry in &entries {
        let fields = Fields { reader, entry, section: POLICY };
        policies.extend(policy(&fields, &channels, jobs));
    }
    if let (Some(entry), Some(last)) = (entries.last(), policies.last()) {
        let is_all = last.kinds.is_empty() && last.severities.is_empty() && last.jobs.is_empty();
        if !is_all {
            let fields = Fields { reader, entry, section: POLICY };
            fields.wrong(
                "name",
                "is the last one, so it must be about everything: an alert must not go nowhere",
            );
        }
    } else if let Some(first) = channels.first().filter(|_| entries.is_empty()) {
        let second = channels.get(1).map(|channel| channel.name.as_str());
        policies.push(Policy::to(&first.name, second));
    }
    let names = channels.iter().map(|channel| channel.name.clone()).collect();
    let policies =
        Policies { all: policies, hours: working_hours::read(reader), daily_test: daily_test(reader, names) };
    Alerting { channels, policies, heartbeat: heartbeat(reader), memory: reader.path("watch.memory") }
}

fn daily_test(reader: &Reader, channels: Vec<String>) -> Option<DailyTest> {
    let text = reader.text("watch.daily_test");
    if text.is_empty() || channels.is_empty() {
        return None;
    }
    let at = text.parse().map_err(|_| {
        reader.wrong(
            "watch.daily_test",
            format!("is \"{text}\"; it must be a time of day, such as \"08:00\", or empty"),
        );
    });
    Some(DailyTest { at: at.ok()?, channels })
}

fn heartbeat(reader: &Reader) -> Option<Heartbeat> {
    let may_be_private = reader.flag("watch.heartbeat_allow_private");
    let every = reader.duration("watch.heartbeat_every");
    let fail_url = reader.secret("watch.heartbeat_fail_url_file").map(Secret::new);
    let url = Secret::new(reader.secret("watch.heartbeat_url_file")?);
    let fail_url = fail_url.unwrap_or_else(|| Secret::new(format!("{}/fail", url.reveal())));
    for (key, url) in [("watch.heartbeat_url_file", &url), ("watch.heartbeat_fail_url_file", &fail_url)] {
        if let Err(sentence) = check_address(url, may_be_private) {
            reader.wrong(key, sentence);
        }
    }
    Some(Heartbeat { url, fail_url, may_be_private, every })
}

fn channel(fields: &Fields<'_>, before: &[Channel]) -> Option<Channel> {
    let name = fields.needed("name", "alerts and people call it by that")?;
    if before.iter().any(|channel| channel.name == name) {
        fields.wrong("name", "has a name that another channel has");
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        fields.wrong("name", "must be called by letters, digits, - and _ alone");
    }
    let kind = fields.needed("kind", &format!("one of {}", KINDS.join(", ")))?;
    let may_be_private = fields.flag("allow_private");
    let own: &[&str] = match kind.as_str() {
        "slack" | "teams" => &CHAT,
        "pagerduty" => &PAGERDUTY,
        "notify" => &NOTIFY,
        "webhook" => &WEBHOOK,
        "mail" => &MAIL,
        _ => {
            fields.wrong("kind", format!("has kind \"{kind}\"; it must be one of: {}", KINDS.join(", ")));
            return None;
        }
    };
    if own == CHAT && fields.has("url") {
        fields.wrong("url", "has `url`; whoever knows that may write there: put it into a file, `url_file`");
        return None;
    }
    fields.refuse_unknown(&[&COMMON, own].concat());
    let way = match kind.as_str() {
        "slack" => chat(fields, may_be_private).map(|url| Way::Slack { url }),
        "teams" => chat(fields, may_be_private).map(|url| Way::Teams { url }),
        "pagerduty" => pagerduty(fields, may_be_private),
        "notify" => notify(fields, may_be_private),
        "webhook" => webhook(fields, may_be_private),
        _ => mail(fields, may_be_private),
    };
    Some(Channel { name, way: way?, may_be_private })
}

/// The address of an incoming webhook, which is all there is to know.
fn chat(fields: &Fields<'_>, may_be_private: bool) -> Option<Secret> {
    fields.needed("url_file", "the file with the address that was given out for the incoming webhook")?;
    address(fields, "url_file", fields.secret("url_file")?, may_be_private)
}

/// The address of a service; its own where none is named.
fn service(fields: &Fields<'_>, or: &str, may_be_private: bool) -> Option<Secret> {
    let url = Secret::new(fields.text("url").unwrap_or_else(|| or.to_owned()));
    address(fields, "url", url, may_be_private)
}

fn pagerduty(fields: &Fields<'_>, may_be_private: bool) -> Option<Way> {
    fields.needed("key_file", "the file with the integration key of Events v2")?;
    Some(Way::PagerDuty { url: service(fields, EVENTS, may_be_private)?, key: fields.secret("key_file")? })
}

fn notify(fields: &Fields<'_>, may_be_private: bool) -> Option<Way> {
    fields.needed("key_file", "the file with the API key that Notify gave out")?;
    let template = fields.needed("template", "the id of a template with the places ((subject)) and ((body))");
    let to = fields.needed("to", "the one address that is written to")?;
    let to = mailbox(fields, "to", &to)?.email.to_string();
    let (url, key) = (service(fields, EMAILS, may_be_private)?, fields.secret("key_file")?);
    Some(Way::Notify(Box::new(Notify { url, key, template: template?, to })))
}

fn webhook(fields: &Fields<'_>, may_be_private: bool) -> Option<Way> {
    if fields.has("url") == fields.has("url_file") {
        fields.wrong("url", "needs `url` or `url_file`, and not both: where does it go?");
        return None;
    }
    fields.needed(
        "secret_file",
        "the file with what messages are signed with, so that a receiver can tell ours",
    )?;
    let key = fields.secret("secret_file")?;
    let (field, url) = match fields.text("url") {
        Some(url) => ("url", Secret::new(url)),
        None => ("url_file", fields.secret("url_file")?),
    };
    Some(Way::Webhook { url: address(fields, field, url, may_be_private)?, key })
}

/// An address of HTTP; only a receiver next door may be spoken to in the clear.
fn address(fields: &Fields<'_>, field: &str, url: Secret, may_be_private: bool) -> Option<Secret> {
    let checked = check_address(&url, may_be_private);
    checked.map_err(|sentence| fields.wrong(field, sentence)).ok().map(|()| url)
}

fn mail(fields: &Fields<'_>, may_be_private: bool) -> Option<Way> {
    let security = match fields.word("security", &["starttls", "tls", "none"]) {
        "tls" => Security::Tls,
        "starttls" => Security::StartTls,
        _ => Security::Clear,
    };
    if security == Security::Clear && !may_be_private {
        fields.wrong(
            "security",
            "has security \"none\", which is only for a relay next door: allow_private = true",
        );
    }
    if security == Security::Clear && (fields.has("user") || fields.has("ca_file")) {
        fields.wrong(
            "security",
            "has security \"none\": a password would be sent in the clear, and no certificate is seen",
        );
    }
    if fields.has("user") != fields.has("password_file") {
        fields.wrong("user", "needs `user` and `password_file` together, or neither");
    }
    let or = if security == Security::Tls { 465 } else { 587 };
    let host = fields.needed("host", "the relay's name");
    let from = fields
        .needed("from", "the address that mail comes from")
        .and_then(|text| mailbox(fields, "from", &text));
    fields.needed("to", "whom to write to; several are parted by a bar")?;
    let to: Vec<Mailbox> = fields.list("to").iter().filter_map(|text| mailbox(fields, "to", text)).collect();
    if to.len() > TO_MAX {
        fields.wrong("to", format!("writes to more than {TO_MAX}; write to a list at the relay instead"));
    }
    let account = fields.text("user").and_then(|user| Some((user, fields.secret("password_file")?)));
    let authority = fields.file("ca_file").map(String::into_bytes);
    let port = u16::try_from(fields.count("port", or, 65_535)).unwrap_or(25);
    Some(Way::Mail(Box::new(Mail { host: host?, port, security, account, authority, from: from?, to })))
}

fn mailbox(fields: &Fields<'_>, field: &str, text: &str) -> Option<Mailbox> {
    let wrong = || {
        fields.wrong(field, format!("has {field} \"{text}\", which is no mail address"));
    };
    text.parse::<Mailbox>().map_err(|_| wrong()).ok()
}

fn policy(fields: &Fields<'_>, channels: &[Channel], jobs: &[Job]) -> Option<Policy> {
    fields.refuse_unknown(&POLICY_FIELDS);
    let known: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
    let named = |field: &str, name: Option<String>| {
        if let Some(name) = name.filter(|name| !known.contains(&name.as_str())) {
            let there = if known.is_empty() {
                "none is".to_owned()
            } else {
                format!("there are {}", known.join(", "))
            };
            fields.wrong(field, format!("names the channel \"{name}\", which is not declared; {there}"));
        }
    };
    let name = fields.needed("name", "people call it by that");
    let first = fields.needed("first", "the channel that alerts go to");
    let second = fields.text("second");
    named("first", first.clone());
    named("second", second.clone());
    if second.is_some() && first == second {
        fields.wrong("second", "has the same channel as first and second: that is one way, not two");
    }
    let kinds = words(fields, "kinds", AlertKind::from_word, "kind of alert, such as MISSED");
    let severities = words(fields, "severities", Severity::from_word, "severity: page, warn or notice");
    let named_jobs = fields.list("jobs");
    for job in named_jobs.iter().filter(|name| !jobs.iter().any(|job| job.is_called(name))) {
        fields.wrong("jobs", format!("names the job \"{job}\", which is not declared"));
    }
    let usual = Policy::to(&first?, second.as_deref());
    Some(Policy {
        name: name?,
        kinds,
        severities,
        jobs: named_jobs,
        second_after: fields.length("second_after", SECOND_AFTER),
        tell: tell(fields),
        louder_in_a_row: in_a_row(fields, "louder_in_a_row", usual.louder_in_a_row),
        people: fields.list("people"),
        escalate_in_a_row: in_a_row(fields, "escalate_in_a_row", usual.escalate_in_a_row),
        escalate_after: escalate_after(fields, &usual.escalate_after),
        ..usual
    })
}

/// From which failed run in a row something happens; 0 for never.
fn in_a_row(fields: &Fields<'_>, field: &str, or: Option<u64>) -> Option<u64> {
    let is_never = fields.is_zero(field);
    if is_never { None } else { or.map(|or| fields.count(field, or, 100)) }
}

fn tell(fields: &Fields<'_>) -> Tell {
    let Some(text) = fields.text("tell_ratio") else {
        return Tell::InARow(fields.count("tell_in_a_row", 1, 100));
    };
    if fields.has("tell_in_a_row") {
        fields.wrong("tell_ratio", "has tell_in_a_row and tell_ratio; only one of them can decide");
    }
    let parsed = text
        .split_once(" of ")
        .and_then(|(bad, of)| Some((bad.trim().parse().ok()?, of.trim().parse().ok()?)));
    match parsed.filter(|(bad, of)| 0 < *bad && bad <= of && *of <= RATIO_MAX) {
        Some((bad, of)) => Tell::Ratio { bad, of },
        None => {
            let sentence =
                format!("has tell_ratio \"{text}\"; write such as \"3 of 7\", of at most {RATIO_MAX} runs");
            fields.wrong("tell_ratio", sentence);
            Tell::InARow(1)
        }
    }
}

fn escalate_after(fields: &Fields<'_>, or: &[SignedDuration]) -> Vec<SignedDuration> {
    if !fields.has("escalate_after") {
        return or.to_vec();
    }
    let parts: Vec<String> = fields.list("escalate_after");
    let parsed: Option<Vec<SignedDuration>> = parts
        .iter()
        .map(|part| duration(part).and_then(|length| SignedDuration::try_from(length).ok()))
        .collect();
    let waits = parsed.filter(|waits| waits.is_sorted());
    if waits.is_none() {
        fields.wrong(
            "escalate_after",
            "has escalate_after; write waits that grow, such as \"4h | 8h\", or nothing for never",
        );
    }
    waits.unwrap_or_default()
}

fn words<T>(fields: &Fields<'_>, field: &str, read: fn(&str) -> Option<T>, what: &str) -> Vec<T> {
    let one = |word: &String| {
        let found = read(word);
        if found.is_none() {
            fields.wrong(field, format!("has {field} with \"{word}\", which is no {what}"));
        }
        found
    };
    fields.list(field).iter().filter_map(one).collect()
}
