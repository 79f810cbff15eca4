//! The runbook: for each cause of an alert what it means, where to look first, what is safe, and whom to wake.

/// Makes the closed set of causes, each with its word and its page of docs/runbook.
macro_rules! causes {
    ($($name:ident $word:literal,)*) => {
        /// Why an alert opened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Cause {
            $(#[doc = concat!("See docs/runbook/", $word, ".md.")] $name,)*
        }

        impl Cause {
            /// Every cause.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word stored and shown to programs.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Its page, in Markdown.
            pub fn page(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../../../docs/runbook/", $word, ".md")),)* }
            }
        }
    };
}

causes! {
    NotStarted "not_started",
    NotFinished "not_finished",
    WillBeLate "will_be_late",
    Flapping "flapping",
    Floors "floors",
    Brake "brake",
    TooOld "too_old",
    BrokeOff "broke_off",
    WatchSilent "watch_silent",
    ChannelDown "channel_down",
    DecisionUnknown "decision_unknown",
    DecisionWaits "decision_waits",
    Outcome "outcome_not_recognised",
    Schedule "schedule",
    OverrideActive "override_active",
    NoEligibleNode "no_eligible_node",
    LaunchFails "launch_fails",
    SettingsUnsound "settings_unsound",
    SettingsDrift "settings_drift",
    Parity "parity",
    BuildOld "build_old",
    CertificateEnds "certificate_ends",
    Rejects "rejects",
    Recount "recount",
    MembershipType "membership_type_not_recognised",
    Owner "owner_not_recognised",
    DiskFull "disk_full",
    Spool "spool",
    Store "store",
    Conflict "conflict",
    Unbalanced "unbalanced",
    Invalid "invalid",
    NotFound "not_found",
    Aborted "aborted",
    TisUnreadable "tis_unreadable",
    EdgeRefused "edge_refused",
    Credentials "credentials",
    NotAuthorised "not_authorised",
    GmcCode "gmc_code",
    Busy "busy",
    Fault "fault",
    NotSoap "not_soap",
    Truncated "truncated",
    Malformed "malformed",
    WrongShape "wrong_shape",
    WrongAnswer "wrong_answer",
    TooLarge "too_large",
    Timeout "timeout",
    Network "network",
}

impl Cause {
    /// Reads a word as stored, or as a person types it.
    pub fn from_word(word: &str) -> Option<Self> {
        let typed = word.trim().replace('-', "_");
        Self::ALL.iter().copied().find(|cause| cause.word().eq_ignore_ascii_case(&typed))
    }

    /// What it is, in a few words.
    pub fn title(self) -> &'static str {
        let head = self.page().lines().next().unwrap_or_default();
        head.split_once(": ").map_or(head, |(_, title)| title)
    }
}

/// The page of a cause; `None` where the word is none.
pub fn explain(word: &str) -> Option<&'static str> {
    Cause::from_word(word).map(Cause::page)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADS: [&str; 4] = ["## What it means", "## Look first", "## Safe to do", "## Whom to wake"];

    #[test]
    fn every_page_answers_the_same_four_questions() {
        for cause in Cause::ALL {
            let page = cause.page();
            assert!(page.starts_with(&format!("# {}: ", cause.word())), "{}", cause.word());
            let heads: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
            assert_eq!(heads, HEADS, "{}", cause.word());
        }
    }

    #[test]
    fn a_word_is_read_as_a_person_types_it() {
        assert_eq!(Cause::from_word("Not-Started"), Some(Cause::NotStarted));
        assert_eq!(Cause::from_word("gremlins"), None);
        assert_eq!(Cause::NotStarted.title(), "A run was due and nobody began it");
    }
}
