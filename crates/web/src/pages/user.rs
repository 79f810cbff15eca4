//! The tables and forms of the pages of users.

use domain::access::Role;
use jiff::Timestamp;
use ops::access::{Person, Proposal};

use crate::App;
use crate::moment::day;
use crate::params::encoded;
use crate::parts::{Cell, Choice, Field, Kind, PostForm, Summary, Table, Tag};
use crate::words;

/// Everybody.
pub fn everybody(users: &[Person], now: Timestamp) -> Table {
    let rows = users.iter().map(|user| {
        let roles = user.grants.iter().map(|row| Cell::text(words::role(row.grant.role)));
        vec![
            Cell::link(format!("/users/{}", encoded(&user.account.id)), user.account.name.as_str()),
            Cell::Tag(state(user)),
            Cell::Stack(roles.collect()),
            seen(user, now),
        ]
    });
    Table::new("users", "By name", &["Name", "State", "Roles", "Last signed in"])
        .filled(rows, "There is nobody yet.")
}

/// What one person proposed and another has not yet confirmed.
pub fn waiting(app: &App, proposals: &[Proposal], now: Timestamp) -> Table {
    let rows = proposals.iter().map(|proposal| {
        vec![
            Cell::text(proposal.name.as_str()),
            Cell::text(what(app, proposal)),
            Cell::text(proposal.asked_by.as_str()),
            Cell::text(proposal.reason.as_str()),
            Cell::at(proposal.asked_at, now),
        ]
    });
    let titles = ["For", "What", "Proposed by", "Why", "Since"];
    Table::new("waiting", "Waiting for a second person", &titles)
        .filled(rows, "Nothing waits for a second person.")
}

/// What a proposal would do, in words.
fn what(app: &App, proposal: &Proposal) -> String {
    let Some(grant) = &proposal.grant else { return "set the account up anew".to_owned() };
    let bodies: Vec<String> = grant.bodies.iter().map(|code| app.ops.name_of(code.as_str())).collect();
    let over = if bodies.is_empty() { String::new() } else { format!(" over {}", bodies.join(", ")) };
    let sensitive = if grant.sensitive { ", with sanctions and investigations" } else { "" };
    let ends = grant.ends.map(|on| format!(", until {}", day(on))).unwrap_or_default();
    format!("{}{over}{sensitive}{ends}", words::role(grant.role))
}

/// One person.
pub fn summary(user: &Person, now: Timestamp) -> Summary {
    Summary::of([("State", Cell::Tag(state(user))), ("Last signed in", seen(user, now))])
}

fn state(user: &Person) -> Tag {
    match user.account.state.as_str() {
        "active" => Tag::new("Active", "green"),
        "invited" => Tag::new("Not set up yet", "yellow"),
        "disabled" => Tag::new("Disabled", "grey"),
        other => Tag::new(other, "grey"),
    }
}

fn seen(user: &Person, now: Timestamp) -> Cell {
    user.account.signed_in_at.map_or_else(|| Cell::Hint("never".to_owned()), |at| Cell::at(at, now))
}

fn why(id: &str) -> Field {
    Field::new("reason", "Why", Kind::Text).called(id)
}

/// The form that adds a person.
pub fn add(token: &str) -> PostForm {
    let name = Field::new("name", "Name", Kind::Text);
    let form = PostForm::new("/users/add", token, "Add this person").headed("Add a person", "");
    form.asking([name, why("add-reason")])
}

/// The forms about one person.
pub struct Forms<'a> {
    /// Everything.
    pub app: &'a App,
    /// The token of the session.
    pub token: &'a str,
    /// The person.
    pub known: &'a Person,
}

impl Forms<'_> {
    /// All of them.
    pub fn all(&self, proposals: &[Proposal]) -> Vec<PostForm> {
        let settled = proposals.iter().flat_map(|proposal| self.settle(proposal));
        let revoked = self.known.grants.iter().map(|row| {
            let until = row.grant.ends.map(|on| format!(" until {}", day(on))).unwrap_or_default();
            let button = format!("Take back: {}{until}", words::role(row.grant.role));
            let form = self.form("revoke", &button).with("grant", row.id.as_str()).secondary();
            form.asking([why(&format!("why-{}", row.id))])
        });
        settled.chain(revoked).chain([self.grant(), self.reset(), self.disable()]).collect()
    }

    fn form(&self, what: &str, button: &str) -> PostForm {
        PostForm::new(format!("/users/{}/{what}", encoded(&self.known.account.id)), self.token, button)
    }

    fn settle(&self, proposal: &Proposal) -> [PostForm; 2] {
        let form = |word: &str, button: String| {
            let form = self.form("settle", &button).with("proposal", proposal.id.as_str()).with("word", word);
            form.asking([why(&format!("{word}-{}", proposal.id))])
        };
        [
            form("confirm", format!("Confirm: {}", what(self.app, proposal))),
            form("refuse", format!("Throw away: {}", what(self.app, proposal))).secondary(),
        ]
    }

    fn grant(&self) -> PostForm {
        let roles = Role::ALL.iter().map(|role| choice(role.word(), words::role(*role)));
        let bodies = self.app.ops.bodies.iter().map(|body| choice(body.code.as_str(), &body.name));
        let sensitive = Kind::Checks(vec![choice("yes", "May be seen")]);
        let form = self.form("grant", "Propose this role");
        form.headed("Propose a role", "Another person must confirm it.").asking([
            Field::new("role", "Role", Kind::Select(roles.collect())),
            Field::new("bodies", "Designated bodies", Kind::Checks(bodies.collect()))
                .hinted("None chosen means none; operations and auditors need none"),
            Field::new("sensitive", "Sanctions and investigations", sensitive),
            Field::new("ends", "Last day", Kind::Text)
                .hinted("Such as 2027-03-31; empty until it is taken back"),
            why("reason"),
        ])
    }

    fn reset(&self) -> PostForm {
        let told = "They get a new token, and choose password and authenticator anew.";
        let form = self.form("reset", "Propose a reset").secondary();
        form.headed("Let them set their account up anew", told).asking([why("reset-reason")])
    }

    fn disable(&self) -> PostForm {
        let form = self.form("disable", "Disable this account").secondary();
        let told = "Every session of theirs ends at once; a reset lets them come back.";
        form.headed("Disable the account", told).asking([why("disable-reason")])
    }
}

fn choice(value: &str, text: &str) -> Choice {
    Choice { value: value.to_owned(), text: text.to_owned(), is_chosen: false }
}
