//! Recommendations: what may be recommended of a doctor, by which words, when, and what stands against it.
//!
//! The same check is made when a draft is written and when it is submitted, against what the GMC says at that moment.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::ids::BodyCode;

mod outcome;
pub mod past;
mod status;

pub use outcome::{Outcome, after};
pub use status::{Status, status};

/// What is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// That the doctor be revalidated.
    Revalidate,
    /// That the decision be deferred to a date.
    Defer,
    /// That the doctor does not engage.
    NonEngagement,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Revalidate, Self::Defer, Self::NonEngagement];

    /// The word stored, typed and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Revalidate => "revalidate",
            Self::Defer => "defer",
            Self::NonEngagement => "non_engagement",
        }
    }

    /// Reads a word back; a hyphen is as good as an underscore.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.replace('-', "_");
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// `RoRecommendation`
    pub fn code(self) -> &'static str {
        match self {
            Self::Revalidate => "1",
            Self::Defer => "2",
            Self::NonEngagement => "3",
        }
    }
}

/// A reason for a deferral. Source: the GMC's vocabulary of reasons that are still offered.
pub const REASONS: [(&str, &str); 2] = [
    ("1", "insufficient evidence for a recommendation to revalidate"),
    ("2", "the doctor is in an ongoing process"),
];

/// What evidence is insufficient; belongs to reason 1 alone.
pub const SUB_REASONS: [(&str, &str); 8] = [
    ("1", "appraisal activity"),
    ("2", "colleague feedback"),
    ("3", "compliments and complaints"),
    ("4", "continuing professional development"),
    ("5", "interruption to practice"),
    ("6", "patient feedback"),
    ("7", "quality improvement activity"),
    ("8", "significant events"),
];

/// The bounds of a deferral, in days. Sources differ; these are the stricter of each pair, and settings may change them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// A deferral is sent at most so long before the submission date. The GMC answers 161 to an earlier one.
    pub before_submission: i64,
    /// The new date lies at least so far after the submission date.
    pub from: i64,
    /// And at most so far.
    pub until: i64,
}

impl Default for Window {
    fn default() -> Self {
        Self { before_submission: 120, from: 120, until: 364 }
    }
}

/// What somebody drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// What is recommended.
    pub kind: Kind,
    /// The date a deferral asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferral_date: Option<Date>,
    /// Its reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its sub-reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_reason: Option<String>,
}

/// What the GMC's list says of the doctor at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The body whose list has the doctor.
    pub body: Option<BodyCode>,
    /// Last name, as the GMC spells it.
    pub last_name: Option<String>,
    /// yes, no, on_hold, unknown or none.
    pub under_notice: String,
    /// The submission date, where it is a date.
    pub submission_date: Option<Date>,
}

/// What stands against a recommendation: the code by which the GMC would refuse it, and the sentence for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The return code that is avoided.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub sentence: String,
}

fn problem(code: &'static str, sentence: impl Into<String>) -> Problem {
    Problem { code, sentence: sentence.into() }
}

/// Everything that stands against words about a doctor on a day; nothing means that they may be sent.
pub fn problems(words: &Words, facts: &Facts, window: Window, today: Date) -> Vec<Problem> {
    let mut found = Vec::new();
    if facts.body.is_none() {
        found.push(problem("140", "No list of the GMC has the doctor, so no body may recommend."));
    }
    if facts.last_name.as_deref().is_none_or(|name| name.trim().is_empty()) {
        found.push(problem("82", "The GMC's list gives no last name, which it expects back."));
    }
    match (facts.under_notice.as_str(), words.kind) {
        ("on_hold", _) => found.push(problem("93", "The doctor's revalidation is on hold at the GMC.")),
        ("yes", _) | (_, Kind::NonEngagement) => {}
        ("no" | "none", _) => found.push(problem("92", "The doctor is not under notice.")),
        _ => found.push(problem("92", "What the GMC says of the notice is not understood; ask the GMC.")),
    }
    if words.kind == Kind::Defer {
        found.extend(deferral(words, facts, window, today));
    } else if words.deferral_date.is_some() || words.reason.is_some() || words.sub_reason.is_some() {
        found.push(problem("89", "A date and a reason belong to a deferral alone."));
    }
    found
}

fn deferral(words: &Words, facts: &Facts, window: Window, today: Date) -> Vec<Problem> {
    let mut found = reasons(words);
    let Some(due) = facts.submission_date else {
        found.push(problem("89", "The GMC's list gives no submission date, so none can be deferred."));
        return found;
    };
    let opens = shifted(due, -window.before_submission);
    if today < opens {
        found.push(problem("161", format!("A deferral may be sent from {} on.", long(opens))));
    }
    let (first, last) = (shifted(due, window.from).max(today), shifted(due, window.until));
    match words.deferral_date {
        None => found.push(problem("89", "A deferral needs its new date.")),
        Some(date) if date < first || date > last => {
            let sentence = format!("The new date lies from {} to {}.", long(first), long(last));
            found.push(problem("89", sentence));
        }
        Some(_) => {}
    }
    found
}

fn reasons(words: &Words) -> Vec<Problem> {
    let known = |table: &[(&str, &str)], code: &str| table.iter().any(|(one, _)| *one == code);
    match (words.reason.as_deref(), words.sub_reason.as_deref()) {
        (None, _) => vec![problem("88", "A deferral needs a reason.")],
        (Some(reason), _) if !known(&REASONS, reason) => {
            vec![problem("88", "The GMC takes no such reason any more.")]
        }
        (Some("1"), None) => {
            vec![problem("97", "This reason needs a sub-reason: which evidence is missing?")]
        }
        (Some("1"), Some(sub)) if known(&SUB_REASONS, sub) => Vec::new(),
        (Some("1"), Some(_)) => vec![problem("94", "There is no such sub-reason.")],
        (Some(_), Some(_)) => vec![problem("94", "This reason has no sub-reasons.")],
        (Some(_), None) => Vec::new(),
    }
}

fn shifted(date: Date, days: i64) -> Date {
    let span: Span = days.days();
    date.saturating_add(span)
}

fn long(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A body's responsible officer, whom the GMC expects to be named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Officer {
    /// GMC number.
    pub gmc_number: String,
    /// Surname.
    pub surname: String,
    /// Phone number.
    pub phone: String,
}

/// What the directory lacks for a body; nothing means that it is whole.
pub fn officer_problems(officer: Option<&Officer>) -> Vec<Problem> {
    let Some(officer) = officer else {
        return vec![problem("96", "The directory names no responsible officer of this body.")];
    };
    let mut found = Vec::new();
    if crate::ids::GmcNumber::parse(&officer.gmc_number).is_none() {
        found.push(problem("84", "The responsible officer's GMC number in the directory is none."));
    }
    if officer.surname.trim().is_empty() {
        found.push(problem("85", "The directory gives no surname of the responsible officer."));
    }
    found
}

/// What has changed since a draft was written, in plain words for whoever submits it.
pub fn differences(then: &Facts, now: &Facts) -> Vec<String> {
    let day = |date: Option<Date>| date.map_or_else(|| "none".to_owned(), long);
    let mut told = Vec::new();
    if then.submission_date != now.submission_date {
        let (was, is) = (day(then.submission_date), day(now.submission_date));
        told.push(format!("The submission date was {was} and is {is}."));
    }
    if then.under_notice != now.under_notice {
        told.push(format!("Under notice was {} and is {}.", then.under_notice, now.under_notice));
    }
    if then.last_name != now.last_name {
        told.push("The last name on the GMC's list is another.".to_owned());
    }
    if then.body != now.body {
        told.push("Another body's list has the doctor.".to_owned());
    }
    told
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 25);

    fn facts() -> Facts {
        Facts {
            body: Some(BodyCode::new("1-A")),
            last_name: Some("Testington".to_owned()),
            under_notice: "yes".to_owned(),
            submission_date: Some(date(2027, 1, 10)),
        }
    }

    fn words(kind: Kind) -> Words {
        Words { kind, deferral_date: None, reason: None, sub_reason: None }
    }

    fn defer(date: Date, reason: &str, sub: Option<&str>) -> Words {
        Words {
            deferral_date: Some(date),
            reason: Some(reason.to_owned()),
            sub_reason: sub.map(str::to_owned),
            ..words(Kind::Defer)
        }
    }

    fn codes(words: &Words, facts: &Facts) -> Vec<&'static str> {
        problems(words, facts, Window::default(), TODAY).into_iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn each_rule_names_the_code_it_avoids() {
        let good = date(2027, 6, 1);
        let cases: Vec<(Words, Facts, Vec<&str>)> = vec![
            (words(Kind::Revalidate), facts(), vec![]),
            (words(Kind::Revalidate), Facts { body: None, ..facts() }, vec!["140"]),
            (words(Kind::Revalidate), Facts { last_name: Some(" ".into()), ..facts() }, vec!["82"]),
            (words(Kind::Revalidate), Facts { under_notice: "no".into(), ..facts() }, vec!["92"]),
            (words(Kind::Revalidate), Facts { under_notice: "unknown".into(), ..facts() }, vec!["92"]),
            (words(Kind::Revalidate), Facts { under_notice: "on_hold".into(), ..facts() }, vec!["93"]),
            (words(Kind::NonEngagement), Facts { under_notice: "no".into(), ..facts() }, vec![]),
            (words(Kind::NonEngagement), Facts { under_notice: "on_hold".into(), ..facts() }, vec!["93"]),
            (Words { reason: Some("1".into()), ..words(Kind::Revalidate) }, facts(), vec!["89"]),
            (words(Kind::Defer), facts(), vec!["88", "89"]),
            (defer(good, "2", None), facts(), vec![]),
            (defer(good, "1", Some("8")), facts(), vec![]),
            (defer(good, "1", None), facts(), vec!["97"]),
            (defer(good, "1", Some("9")), facts(), vec!["94"]),
            (defer(good, "2", Some("1")), facts(), vec!["94"]),
            (defer(good, "7", None), facts(), vec!["88"]),
            (defer(good, "2", None), Facts { submission_date: None, ..facts() }, vec!["89"]),
            (
                defer(good, "2", None),
                Facts { submission_date: Some(date(2027, 4, 1)), ..facts() },
                vec!["161", "89"],
            ),
        ];
        for (words, facts, expected) in cases {
            assert_eq!(codes(&words, &facts), expected, "{words:?} {facts:?}");
        }
    }

    #[test]
    fn the_new_date_lies_within_the_window_ends_included_and_never_in_the_past() {
        let cases = [
            (date(2027, 5, 9), vec!["89"]),
            (date(2027, 5, 10), vec![]),
            (date(2028, 1, 9), vec![]),
            (date(2028, 1, 10), vec!["89"]),
        ];
        for (day, expected) in cases {
            assert_eq!(codes(&defer(day, "2", None), &facts()), expected, "{day}");
        }
        let long_due = Facts { submission_date: Some(date(2026, 3, 1)), ..facts() };
        assert_eq!(codes(&defer(date(2026, 11, 24), "2", None), &long_due), ["89"]);
        assert_eq!(codes(&defer(TODAY, "2", None), &long_due), Vec::<&str>::new());
    }

    #[test]
    fn an_officer_must_be_named_whole() {
        let codes = |officer: Option<&Officer>| -> Vec<&str> {
            officer_problems(officer).into_iter().map(|problem| problem.code).collect()
        };
        assert_eq!(codes(None), ["96"]);
        let whole =
            Officer { gmc_number: "9900001".into(), surname: "Officer-Sample".into(), phone: String::new() };
        assert_eq!(codes(Some(&whole)), Vec::<&str>::new());
        assert_eq!(
            codes(Some(&Officer { gmc_number: "99".into(), surname: " ".into(), ..whole })),
            ["84", "85"]
        );
    }

    #[test]
    fn what_has_moved_since_the_draft_is_told() {
        assert!(differences(&facts(), &facts()).is_empty());
        let now = Facts { submission_date: None, under_notice: "no".to_owned(), last_name: None, body: None };
        let told = differences(&facts(), &now);
        assert_eq!(told.len(), 4);
        assert_eq!(told[0], "The submission date was 10 January 2027 and is none.");
    }
}
