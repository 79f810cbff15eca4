//! Channels: where messages go. Delivered means that the receiver said so, and nothing else does.

mod answer;
mod guard;
mod mail;
mod notify;
mod pagerduty;
mod post;
mod slack;
mod teams;
mod webhook;
mod words;

use std::time::Duration;

use domain::notification::Payload;
use domain::secret::Secret;
use jiff::Timestamp;

pub use answer::Refusal;
pub use guard::is_public;
pub use lettre::message::Mailbox;
pub use mail::{Mail, Security};
pub use notify::{EMAILS, Notify};
pub use pagerduty::EVENTS;
pub use post::check_address;
pub use words::Words;

/// Longest a receiver may take for one message. Arbitrary; a claim lasts four times as long.
pub const SEND_MAX: Duration = Duration::from_secs(15);

/// A channel as it is declared.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its name in the settings.
    pub name: String,
    /// How it is spoken to.
    pub way: Way,
    /// Whether its receiver may be on this machine or in a private network.
    pub may_be_private: bool,
}

/// How a channel is spoken to.
#[derive(Clone, Debug)]
pub enum Way {
    /// Any receiver of signed JSON, in the manner of Standard Webhooks.
    Webhook {
        /// Where; part of it may be secret.
        url: Secret,
        /// What it is signed with.
        key: Secret,
    },
    /// An incoming webhook of Slack.
    Slack {
        /// Where; all of it is secret.
        url: Secret,
    },
    /// A workflow of Microsoft Teams.
    Teams {
        /// Where; all of it is secret.
        url: Secret,
    },
    /// PagerDuty's events.
    PagerDuty {
        /// Where.
        url: Secret,
        /// The integration's key.
        key: Secret,
    },
    /// Mail to people.
    Mail(Box<Mail>),
    /// Mail to people by GOV.UK Notify.
    Notify(Box<Notify>),
}

/// One message: what a receiver gets at once, and gets again under the same key if nobody knows whether it came.
#[derive(Clone, Debug)]
pub struct Message {
    /// The same at each try.
    pub key: String,
    /// What it tells, oldest first; never empty.
    pub payloads: Vec<Payload>,
    /// The channel that did not take it.
    pub instead_of: Option<String>,
}

/// Posts JSON that is no alert, behind the same guard and within the same bounds; any 2xx will do.
pub(crate) async fn post(to: (&Secret, bool), body: Vec<u8>, at: Timestamp) -> Result<(), Refusal> {
    let sending = post::json(to, &[], body);
    let answer = tokio::time::timeout(SEND_MAX, sending).await;
    let answer = answer.unwrap_or_else(|_| Err(Refusal::passing("no answer within 15 seconds")))?;
    if (200..300).contains(&answer.status) { Ok(()) } else { Err(answer.refused(at)) }
}

impl Channel {
    /// Its kind, as the settings call it.
    pub fn kind(&self) -> &'static str {
        match self.way {
            Way::Webhook { .. } => "webhook",
            Way::Slack { .. } => "slack",
            Way::Teams { .. } => "teams",
            Way::PagerDuty { .. } => "pagerduty",
            Way::Mail(_) => "mail",
            Way::Notify(_) => "notify",
        }
    }

    /// Sends one message; gives what the receiver said when it took it.
    ///
    /// Errors: the receiver did not take it, or nobody knows whether it did. Safe to repeat under the same key.
    pub async fn send(&self, message: &Message, at: Timestamp) -> Result<String, Refusal> {
        let sending = async {
            match &self.way {
                Way::Webhook { url, key } => {
                    webhook::send((url, self.may_be_private), key, message, at).await
                }
                Way::Slack { url } => slack::send((url, self.may_be_private), message, at).await,
                Way::Teams { url } => teams::send((url, self.may_be_private), message, at).await,
                Way::PagerDuty { url, key } => {
                    pagerduty::send((url, self.may_be_private), key, message, at).await
                }
                Way::Notify(notify) => notify::send((notify, self.may_be_private), message, at).await,
                Way::Mail(mail) => mail::send((mail, self.may_be_private), message, at).await,
            }
        };
        let sent = tokio::time::timeout(SEND_MAX, sending).await;
        sent.unwrap_or_else(|_| Err(Refusal::passing("no answer within 15 seconds")))
    }

    /// Writes to one person by a channel of mail; gives what the relay said when it took it.
    ///
    /// Errors: as of `send`; another kind of channel writes to nobody.
    pub async fn write(
        &self,
        to: Mailbox,
        words: &Words,
        key: &str,
        at: Timestamp,
    ) -> Result<String, Refusal> {
        let Way::Mail(mail) = &self.way else {
            return Err(Refusal::lasting("this channel writes no mail"));
        };
        let mail = Mail { to: vec![to], ..mail.as_ref().clone() };
        let writing = mail::write((&mail, self.may_be_private), words, key, at);
        let sent = tokio::time::timeout(SEND_MAX, writing).await;
        sent.unwrap_or_else(|_| Err(Refusal::passing("no answer within 15 seconds")))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    pub(crate) use super::words::tests::payload;
}
