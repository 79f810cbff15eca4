//! What a message says in plain words, whatever the channel: a title, the impact, what makes it good, and the facts.

use domain::notification::{NoticeKind, Payload};
use jiff::Timestamp;

use super::Message;

/// Alerts named in a message about many; the count says how many there are.
const NAMED_MAX: usize = 20;

/// The words of one message. Nothing in them is escaped: each channel does that for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// What it is about, on one line.
    pub title: String,
    /// Impact in plain words.
    pub sentence: String,
    /// What makes it good, and what to type; perhaps empty.
    pub remedy: String,
    /// Of many alerts one line each; of one, empty.
    pub items: String,
    /// Where to go: label and address.
    pub link: Option<(String, String)>,
    /// Names and values.
    pub facts: Vec<(&'static str, String)>,
}

impl Words {
    /// Says a message.
    pub fn of(message: &Message) -> Self {
        let mut words = match message.payloads.as_slice() {
            [one] => of_one(one),
            many => of_many(many),
        };
        if let Some(channel) = &message.instead_of {
            words
                .sentence
                .push_str(&format!(" This comes here because the channel {channel} does not take it."));
        }
        words
    }
}

fn of_one(payload: &Payload) -> Words {
    let link = if payload.next_action.url.is_empty() {
        ("See the alerts".to_owned(), payload.url.clone())
    } else {
        (payload.next_action.label.clone(), payload.next_action.url.clone())
    };
    Words {
        title: title(payload),
        sentence: sentence(payload),
        remedy: remedy(payload),
        items: String::new(),
        link: Some(link).filter(|(_, url)| url.starts_with("http")),
        facts: facts(payload),
    }
}

fn title(payload: &Payload) -> String {
    let about = format!("{} {}, {}", payload.kind, payload.incident_key, payload.env);
    match payload.notice {
        NoticeKind::Opened => format!("{}: {about}", payload.severity),
        NoticeKind::Changed => format!("{}, {} times: {about}", payload.severity, payload.times),
        NoticeKind::Reminder => format!("{}, still open: {about}", payload.severity),
        NoticeKind::Escalated => format!("{}, nobody has it: {about}", payload.severity),
        NoticeKind::Recovered => format!("made good by hand, not proven: {about}"),
        NoticeKind::Resolved => format!("resolved: {about}"),
        NoticeKind::Test => format!("test of a channel, {}", payload.env),
    }
}

fn sentence(payload: &Payload) -> String {
    match (payload.notice, payload.asks_for.as_deref()) {
        (NoticeKind::Escalated, Some(person)) => {
            format!("{} Nobody has taken it: this asks for {person}.", payload.sentence)
        }
        (NoticeKind::Escalated, None) => format!("{} Nobody has taken it.", payload.sentence),
        _ => payload.sentence.clone(),
    }
}

fn remedy(payload: &Payload) -> String {
    if matches!(payload.notice, NoticeKind::Resolved | NoticeKind::Test) {
        return String::new();
    }
    let typed =
        if payload.command.is_empty() { String::new() } else { format!("To type: {}", payload.command) };
    [payload.remedy.clone(), typed].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn facts(payload: &Payload) -> Vec<(&'static str, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let doctors = payload.doctors_affected;
    let facts = [
        ("Key", payload.incident_key.clone()),
        ("Kind", payload.kind.clone()),
        ("Severity", payload.severity.clone()),
        ("State", payload.state.clone()),
        ("Environment", payload.env.clone()),
        ("Job", text(&payload.job)),
        ("Lists", payload.bodies.join(", ")),
        ("Doctors affected", if doctors == 0 { String::new() } else { doctors.to_string() }),
        ("Since", moment(payload.since)),
        ("Last good", payload.last_good.map(moment).unwrap_or_default()),
        ("Cause", payload.cause_class.clone()),
        ("Has it", text(&payload.owner)),
        ("Asks for", text(&payload.asks_for)),
        ("Run", text(&payload.run_id)),
        ("Program", payload.build.clone()),
        ("Settings", payload.config_hash.clone()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y %H:%M UTC").to_string()
}

fn of_many(payloads: &[Payload]) -> Words {
    let env = payloads.first().map_or("", |payload| payload.env.as_str());
    let count = |word: &str| payloads.iter().filter(|payload| payload.severity == word).count();
    let loud: Vec<String> = ["page", "warn", "notice"]
        .iter()
        .map(|word| (count(word), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let over = payloads.iter().filter(|payload| payload.notice == NoticeKind::Resolved).count();
    // The loudest first; of equals the oldest.
    let mut ordered: Vec<&Payload> = payloads.iter().collect();
    let rank =
        |payload: &&Payload| ["page", "warn", "notice"].iter().position(|word| *word == payload.severity);
    ordered.sort_by_key(|payload| (payload.notice == NoticeKind::Resolved, rank(payload)));
    let mut items: Vec<String> =
        ordered.iter().take(NAMED_MAX).map(|one| format!("{}: {}", title(one), one.sentence)).collect();
    if payloads.len() > NAMED_MAX {
        items.push(format!("and {} more", payloads.len() - NAMED_MAX));
    }
    let url = payloads.first().map_or(String::new(), |payload| payload.url.clone());
    Words {
        title: format!("{} alerts ({}), {env}", payloads.len(), loud.join(", ")),
        sentence: match over {
            0 => format!("{} alerts are told together.", payloads.len()),
            over => format!("{} alerts are told together; {over} of them are over.", payloads.len()),
        },
        remedy: String::new(),
        items: items.join("\n"),
        link: Some(("See the alerts".to_owned(), url)).filter(|(_, url)| url.starts_with("http")),
        facts: vec![("Environment", env.to_owned())],
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::notification::NextAction;

    use super::*;

    pub(crate) fn payload() -> Payload {
        let at: Timestamp = "2026-11-25T00:10:00Z".parse().unwrap_or_default();
        Payload {
            incident_key: "missed/gmc-sync".to_owned(),
            notice: NoticeKind::Opened,
            kind: "MISSED".to_owned(),
            severity: "page".to_owned(),
            state: "open".to_owned(),
            env: "production".to_owned(),
            job: Some("gmc-sync".to_owned()),
            bodies: vec!["1-AIIDWT".to_owned()],
            doctors_affected: 4_500,
            since: at,
            last_good: None,
            cause_class: "not_started".to_owned(),
            sentence: "Nobody began gmc-sync.".to_owned(),
            remedy: "Begin it.".to_owned(),
            next_action: NextAction {
                label: "See the runs".to_owned(),
                method: "GET".to_owned(),
                url: "https://reval.example/runs".to_owned(),
            },
            command: "reval run gmc-sync".to_owned(),
            run_id: None,
            build: "1".to_owned(),
            config_hash: "abc".to_owned(),
            times: 1,
            owner: None,
            asks_for: None,
            url: "https://reval.example/alerts".to_owned(),
            at,
        }
    }

    #[test]
    fn one_alert_is_told_whole() {
        let words = Words::of(&Message {
            key: "k".to_owned(),
            payloads: vec![payload()],
            instead_of: Some("chat".to_owned()),
        });
        assert_eq!(words.title, "page: MISSED missed/gmc-sync, production");
        assert!(words.sentence.ends_with("because the channel chat does not take it."), "{}", words.sentence);
        assert_eq!(words.remedy, "Begin it.\nTo type: reval run gmc-sync");
        assert!(words.facts.contains(&("Since", "25 November 2026 00:10 UTC".to_owned())));
        assert!(words.facts.contains(&("Doctors affected", "4500".to_owned())));
        assert!(!words.facts.iter().any(|(_, value)| value.is_empty()));
    }

    #[test]
    fn a_thousand_alerts_are_one_message_with_a_count() {
        let mut payloads = vec![Payload { severity: "warn".to_owned(), ..payload() }; 999];
        payloads.push(payload());
        let words = Words::of(&Message { key: "k".to_owned(), payloads, instead_of: None });
        assert_eq!(words.title, "1000 alerts (1 page, 999 warn), production");
        let items: Vec<&str> = words.items.lines().collect();
        assert_eq!((items.len(), items[20]), (21, "and 980 more"));
        assert!(items[0].starts_with("page: MISSED"), "the loudest first: {}", items[0]);
    }
}
